"""A sample to play: an area's reference data and visits with where each should end, invented or of Kent."""

import csv
import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

DEMO = Path(__file__).parents[2] / "deploy" / "demo"
# What is loaded, in this order; a file that an area does not have is passed over.
AREA_FILES = (
    ("postcodes.csv", "postcodes"),
    ("premises.csv", "premises"),
    ("stations.csv", "stations"),
    ("station_grounds.geojson", "station-grounds"),
    ("districts.geojson", "districts"),
    ("service_boundary.geojson", "service"),
    ("neighbour.geojson", "neighbours"),
)


@dataclass(frozen=True)
class SampleVisit:
    """One visit to play, and what should come of it; "-" means that the sample does not say."""

    file: Path
    story: str
    ends: frozenset[str]
    premises_ids: frozenset[str]
    referrals: frozenset[str] | None
    unverified: bool | None
    review_states: frozenset[str] | None

    @property
    def name(self) -> str:
        """Return its name, as a person says it."""
        return self.file.stem.replace("-", " ")

    @property
    def id(self) -> str:
        """Return the submission id in it."""
        return str(json.loads(self.body()).get("submission_id", ""))

    @property
    def lead(self) -> tuple[str, str, str]:
        """Return the officer who led it, their station and their watch."""
        visit = json.loads(self.body())
        return str(visit["lead_officer_id"]), str(visit["station"]), str(visit["watch"])

    def body(self) -> bytes:
        """Return what the device sends."""
        return self.file.read_bytes()


@dataclass(frozen=True)
class Sample:
    """An area and the visits to it.

    `wrong_places_promised` is the share of located visits that matching promises at most to place wrongly: none of
    invented ones; of real ones 1 % (docs/matching.md), as two registers differ about what is one premises.
    """

    title: str
    area: Path
    visits: tuple[SampleVisit, ...]
    wrong_places_promised: float = 0.0

    def area_files(self) -> list[tuple[Path, str]]:
        """Return the files of reference data that there are, with the kind of each."""
        return [(self.area / name, kind) for name, kind in AREA_FILES if (self.area / name).is_file()]


def invented_sample(work: Path) -> Sample:
    """Return the invented area, its visits moved to today, written under `work`."""
    visits = work / "visits"
    shutil.rmtree(visits, ignore_errors=True)
    _run(DEMO / "retime.py", DEMO / "visits", visits)
    return Sample("the invented borough", DEMO / "area", read_visits(visits))


def kent_sample(data: Path, work: Path) -> Sample:
    """Return real premises of Kent from the development data; raises `FileNotFoundError` where it is not."""
    if not data.is_dir():
        raise FileNotFoundError(f"there is no sample data at {data}")
    shutil.rmtree(work, ignore_errors=True)
    _run(DEMO / "kent.py", data, work / "made")
    visits = work / "visits"
    _run(DEMO / "retime.py", work / "made" / "visits", visits)
    return Sample("real premises of Kent", work / "made" / "area", read_visits(visits), wrong_places_promised=0.01)


def read_visits(folder: Path) -> tuple[SampleVisit, ...]:
    """Return the visits of a folder in the order of its expected.csv."""
    with (folder / "expected.csv").open(newline="", encoding="utf-8") as lines:
        return tuple(_visit(folder, row) for row in csv.DictReader(lines))


def _visit(folder: Path, row: dict[str, str]) -> SampleVisit:
    return SampleVisit(
        file=folder / row["file"],
        story=row["story"],
        ends=frozenset(row["expected"].split("|")),
        premises_ids=frozenset(filter(None, row["premises_id"].split("|"))),
        referrals=None if row["referrals"] == "-" else frozenset(filter(None, row["referrals"].split(";"))),
        unverified={"yes": True, "no": False}.get(row["unverified_expected"]),
        review_states=frozenset(row["review_state"].split("|")) if row["review_state"] not in ("", "-") else None,
    )


def read_concerns(folder: Path) -> dict[str, int]:
    """Return how many restricted concerns each visit must bring to its desk; never printed."""
    listed = folder / "expected_concerns.csv"
    if not listed.is_file():
        return {}
    with listed.open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    ids = {row["file"]: json.loads((folder / row["file"]).read_text())["submission_id"] for row in rows}
    return {ids[row["file"]]: len([kind for kind in row["referrals"].split(";") if kind]) for row in rows}


def _run(script: Path, *arguments: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(script), *map(str, arguments)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{script.name} failed: {done.stderr.strip().splitlines()[-1:]}")
