"""The same work given to uk-address-matcher where that package is installed, to hold one beside the other."""

import json
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from services.matching import Entry
from tests.benchmarks import CHECKOUT
from tests.benchmarks.invented_questions import Question
from tests.benchmarks.report import tell

PACKAGE = "uk_address_matcher"
ABSENT = "uk-address-matcher is not installed (the `bench` extra): no ratio to it in this run"
PATIENCE_S = 1_800
SINGLES = 3


def beside(
    entries: Sequence[Entry], questions: Sequence[Question], single_p99_ms: float, bulk_per_s: float
) -> dict[str, Any]:
    """Return what uk-address-matcher took in a process of its own, as ratios to ours; or why there is none.

    Its preparation of the gazetteer is not counted, as ours is not; its single address is the median of a few.
    """
    if find_spec(PACKAGE) is None:
        return {"installed": False, "note": ABSENT}
    tell(f"uk-address-matcher: {len(questions):,} of the same addresses")
    with TemporaryDirectory(prefix="ravi-bench-") as folder:
        given = Path(folder) / "given.json"
        given.write_text(
            json.dumps(
                {
                    "canonical": [
                        [one.premises_id, ", ".join(filter(None, (one.name, one.address))), one.postcode]
                        for one in entries
                    ],
                    "asked": [question.query for question in questions],
                }
            )
        )
        command = [sys.executable, "-m", "tests.benchmarks.baseline", str(given)]
        try:
            done = subprocess.run(
                command, cwd=CHECKOUT, capture_output=True, text=True, timeout=PATIENCE_S, check=False
            )
        except subprocess.TimeoutExpired:
            return {"installed": True, "note": f"uk-address-matcher did not end within {PATIENCE_S:,} s"}
    if done.returncode:
        return {"installed": True, "note": f"uk-address-matcher failed: {done.stderr.strip()[-300:]}"}
    took = json.loads(done.stdout.splitlines()[-1])
    return {
        "installed": True,
        **took,
        "single_times_ours": round(took["single_s"] * 1000 / single_p99_ms, 1),
        "bulk_times_ours": round(bulk_per_s / took["bulk_per_s"], 1),
        "note": "its single address against our 99th percentile, its bulk rate against ours, preparation not counted",
    }


def main(given: Path) -> None:
    """Match what a file asks and print the seconds: the other side of `beside`, in a process of its own."""
    import duckdb
    import pyarrow as pa
    from uk_address_matcher import AddressMatcher, prepare_canonical_folder

    work = json.loads(given.read_text())
    connection = duckdb.connect()
    ids, addresses, postcodes = zip(*work["canonical"], strict=True)
    canonical = pa.table({"unique_id": ids, "address_concat": addresses, "postcode": postcodes})
    folder = str(given.parent / "canonical")
    began = perf_counter()
    prepare_canonical_folder(connection.from_arrow(canonical), output_folder=folder, con=connection, overwrite=True)
    prepared_s = perf_counter() - began

    def seconds(queries: list[str]) -> float:
        names = [f"q{number}" for number in range(len(queries))]
        asked = connection.from_arrow(pa.table({"unique_id": names, "address_concat": queries}))
        began = perf_counter()
        matcher = AddressMatcher(canonical_addresses=folder, addresses_to_match=asked, con=connection)
        matcher.match().matches().fetchall()
        return perf_counter() - began

    singles = sorted(seconds([query]) for query in work["asked"][:SINGLES])
    bulk_s = seconds(work["asked"])
    print(
        json.dumps(
            {
                "prepare_s": round(prepared_s, 2),
                "single_s": round(singles[len(singles) // 2], 3),
                "bulk_per_s": round(len(work["asked"]) / bulk_s, 1),
            }
        )
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
