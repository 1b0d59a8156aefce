"""How often something may be done, as policy states it: so many at once, then one more every so often."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Rate:
    """So many at once, then one more every `every_s` seconds."""

    at_once: int
    every_s: float
