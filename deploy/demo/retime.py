"""Moves sample visits to the present: `python deploy/demo/retime.py VISITS OUT [NOW]` keeps all gaps between times.

The visits are written as if it were 17:00 on 20 November 2026; every time and date in them moves by the same step.
"""

import json
import re
import shutil
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

WRITTEN_AT = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def retimed(submission: object, now: datetime) -> object:
    """Return a submission with every UTC time and every date in it moved as far as from the moment of writing to now.

    Two submissions that were equal stay equal; what is neither (a faulty time, a word) stays as it is.
    """
    return _moved(submission, now.replace(microsecond=0) - WRITTEN_AT)


def _moved(value: object, step: timedelta) -> object:
    if isinstance(value, dict):
        return {name: _moved(inner, step) for name, inner in value.items()}
    if isinstance(value, list):
        return [_moved(inner, step) for inner in value]
    if isinstance(value, str) and TIME.fullmatch(value):
        moved = datetime.fromisoformat(value) + step
        return moved.strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, str) and DAY.fullmatch(value):
        return (date.fromisoformat(value) + timedelta(days=step.days)).isoformat()
    return value


def main(arguments: list[str]) -> int:
    """Write a copy of every visit with its times moved, and copy the other files as they are."""
    visits, out = Path(arguments[0]), Path(arguments[1])
    now = datetime.fromisoformat(arguments[2]) if len(arguments) > 2 else datetime.now(UTC)
    shutil.copytree(visits, out, dirs_exist_ok=True)
    for path in sorted(out.glob("*.json")):
        submission = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps(retimed(submission, now), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
