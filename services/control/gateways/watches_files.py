"""Which watches each station has, and how long they have to read, from a file that a service may write anew."""

import tomllib
from pathlib import Path

from services.control.rules.watches import Watches, watches_in

SHIPPED = Path(__file__).parents[1] / "rules" / "to_read.toml"


def read_watches(file: Path | None) -> Watches:
    """Return the watches of a file, of the one that came with the product where none is named.

    Raises `ValueError` naming the file and what is wrong with it, `OSError` where it cannot be read.
    """
    path = file or SHIPPED
    try:
        return watches_in(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, ValueError) as problem:
        raise ValueError(f"{path} does not hold the watches that are asked to read: {problem}") from problem
