"""The policy as tables that a non-programmer can edit."""

from pathlib import Path
from typing import Any

import yaml


def table(name: str) -> Any:
    """Return the table of a file in this folder."""
    written = (Path(__file__).parent / f"{name}.yaml").read_text(encoding="utf-8")
    return yaml.load(written, Loader=yaml.CSafeLoader)
