"""A number as it is counted: the plain figures 0 to 9, few enough to be one; other signs for figures are none."""

LONGEST = 9


def counted(written: str) -> int | None:
    """Return the number that is written in plain figures; None for anything else, "²", "٣" and "-1" among it."""
    return int(written) if written.isascii() and written.isdigit() and len(written) <= LONGEST else None
