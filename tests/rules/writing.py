"""How crews write the addresses of the sample area: names left out, flats, ranges, postcodes whole, odd or missing."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from hypothesis import strategies as st

from services.matching.gazetteer import Entry, Gazetteer
from services.matching.postcodes import Postcodes

AREA = Path(__file__).parents[2] / "deploy" / "demo" / "area"
NUMBER = re.compile(r"\b\d+[A-Za-z]?(?:-\d+[A-Za-z]?)?\b")


# Doors that the sample area is short of: letters, ranges and units, on a street of the same name in three places.
ROW = (
    "1",
    "1A",
    "1B",
    "3-7",
    "9",
    "9A",
    "11-15",
    "17-19A",
    "Unit 1, 21",
    "Unit 2, 21",
    "Flat 1, 23",
    "Flat 2, 23",
    "25",
)
ROW_PLACES = (("Arrelbridge", "XQ1 3AR"), ("Pelwardine", "XQ3 1AD"), ("Osterhope, Arrelbridge", "XQ4 1AF"))


@dataclass(frozen=True)
class Writing:
    """An address as somebody wrote it, and the entry that they meant."""

    text: str
    entry: Entry


def _rows(name: str) -> list[dict[str, str]]:
    with (AREA / name).open(newline="") as opened:
        return list(csv.DictReader(opened))


@cache
def sample_gazetteer() -> Gazetteer:
    """Return the gazetteer of the sample area, with its flats, units, ranges and historical entries."""
    postcodes = Postcodes(
        (row["postcode"], float(row["easting"]), float(row["northing"])) for row in _rows("postcodes.csv")
    )
    entries = (
        Entry(
            row["premises_id"], row["name"], row["address"], row["postcode"],
            float(row["easting"]), float(row["northing"]), row["parent_id"] or None, row["classification"] or None,
            int(row["logical_status"]),
        )
        for row in _rows("premises.csv")
    )  # fmt: skip
    return Gazetteer([*entries, *_sandpiper_rows(postcodes)], postcodes)


def _sandpiper_rows(postcodes: Postcodes) -> Iterator[Entry]:
    for at, (place, postcode) in enumerate(ROW_PLACES):
        east, north = postcodes.point(postcode) or (0.0, 0.0)
        assert east, postcode
        for door, number in enumerate(ROW):
            address = f"{number} Sandpiper Row, {place}"
            yield Entry(f"99{at}{door:02}", "", address, postcode, east + 9 * door, north)


def postcode_written(postcode: str, how: str) -> str:
    """Return a postcode as crews write it: joined, in small letters, O for 0, I for 1, the outward half, or not."""
    outward, _, inward = postcode.partition(" ")
    ways = {
        "whole": postcode, "joined": outward + inward, "small": postcode.lower(), "outward": outward, "none": "",
        "misread": f"{outward[:2]}{outward[2:]} {inward}".replace("0", "O").replace("1", "I"),
    }  # fmt: skip
    return ways[how]


@st.composite
def writings(
    draw: st.DrawFn, *, of: st.SearchStrategy[Entry] | None = None, postcode: tuple[str, ...] = ("none",)
) -> Writing:
    """Return writings of entries: with or without the name, parts dropped from the end, a postcode in some way."""
    entry = draw(of if of is not None else any_entry())
    parts = entry.address.split(", ")
    kept = parts[: draw(st.integers(min(len(parts), 2), len(parts)))]
    named = draw(st.booleans()) and entry.name and not entry.address.startswith(entry.name)
    code = postcode_written(entry.postcode, draw(st.sampled_from(postcode)))
    return Writing(", ".join(part for part in ([entry.name] if named else []) + kept + [code] if part), entry)


@cache
def entries() -> list[Entry]:
    """Return the entries of the sample area; flats, units and ranges, which are rare, as often as all others."""
    known = list(sample_gazetteer().entries())
    odd = [one for one in known if one.parent_id or re.search(r"(?i)\d-\d|\d[a-z]\b|\b(?:flat|unit)\b", one.address)]
    return known + odd * max(1, len(known) // max(1, len(odd)))


@cache
def any_entry() -> st.SearchStrategy[Entry]:
    """Return the choice of an entry, made once: hypothesis looks at every one of thousands when a choice is made."""
    return st.sampled_from(entries())
