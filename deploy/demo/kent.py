"""Makes the sample area of Kent from data kept beside the checkout: `python deploy/demo/kent.py DATA OUT [COUNT]`.

Writes OUT/area (gazetteer, stations, borders) and OUT/visits (as many as asked for, 240 if nothing is said).
Nothing of this data may be committed; its licence text is copied beside it.
"""

import shutil
import sys
from pathlib import Path

from real.grounds import write_borders
from real.register import read_stations, write_postcodes, write_premises, write_stations
from real.visits import write_visits

ATTRIBUTION = "Contains public sector information licensed under the Open Government Licence v3.0: see NOTICE.md."
USUAL_COUNT = 240


def main(arguments: list[str]) -> int:
    """Write everything and say how much it is."""
    data, out = Path(arguments[0]), Path(arguments[1])
    count = int(arguments[2]) if len(arguments) > 2 else USUAL_COUNT
    area = out / "area"
    area.mkdir(parents=True, exist_ok=True)
    stations = read_stations(data)
    written = [write_premises(data, area), write_postcodes(data, area), write_stations(stations, area)]
    written += write_borders(data, stations, area)
    visits = write_visits(data, stations, out / "visits", count)
    shutil.copyfile(data / "NOTICE.md", out / "NOTICE.md")
    for path in written:
        print(path)
    print(f"{out / 'visits'}: {len(visits) - 1} visits")
    print(ATTRIBUTION)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
