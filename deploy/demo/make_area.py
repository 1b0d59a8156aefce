"""Makes the files of the invented sample area: `python deploy/demo/make_area.py OUT` (default: deploy/demo/area)."""

import sys
from pathlib import Path

from invented.area import build_area
from invented.picture import draw
from invented.writing import write_area


def main(arguments: list[str]) -> int:
    """Write the area into the folder named, or beside this file, and say what was written."""
    folder = Path(arguments[0]) if arguments else Path(__file__).parent / "area"
    area = build_area()
    for path in write_area(area, folder):
        print(path)
    if len(arguments) > 1:
        Path(arguments[1]).write_text(draw(area), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
