"""Writes the files of a sample area: CSV with a header, GeoJSON with one feature a line."""

import csv
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

Feature = dict[str, object]


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Path:
    """Write rows under a header and return the path."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
    return path


def write_geojson(path: Path, features: Iterable[Feature]) -> Path:
    """Write features (longitude, latitude) and return the path."""
    lines = ",\n".join(json.dumps(feature, ensure_ascii=False) for feature in features)
    path.write_text(f'{{"type": "FeatureCollection", "features": [\n{lines}\n]}}\n', encoding="utf-8")
    return path


def feature(properties: dict[str, str], geometry: dict[str, object]) -> Feature:
    """Return one GeoJSON feature."""
    return {"type": "Feature", "properties": properties, "geometry": geometry}
