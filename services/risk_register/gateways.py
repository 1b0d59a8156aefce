"""What a post-fire inspection must answer, from a file that a service may write anew (docs/deploying.md)."""

import tomllib
from pathlib import Path

from services.risk_register.rules.post_fire import questions_in

SHIPPED = Path(__file__).parent / "rules" / "post_fire.toml"


def read_questions(file: Path | None) -> tuple[str, ...]:
    """Return the questions of a file, of the one that came with the product where none is named.

    Raises `ValueError` naming the file and what is wrong with it, `OSError` where it cannot be read.
    """
    path = file or SHIPPED
    try:
        return questions_in(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, ValueError) as problem:
        raise ValueError(f"{path} does not hold the questions of a post-fire inspection: {problem}") from problem
