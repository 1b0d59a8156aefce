"""What a street looks like: how far apart its houses stand, how far back, and what they are."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Style:
    """A sort of street, in metres; `gap` the share of plots left empty, `named` of houses with a name, no number."""

    spacing_m: float
    setback_m: float
    jitter_m: float
    homes: tuple[str, ...]
    shops: float = 0.0
    split: float = 0.0
    gap: float = 0.0
    named: float = 0.0
    hydrant_main_mm: int = 100


DETACHED, SEMI, TERRACED = "RD02", "RD03", "RD04"

STYLES: dict[str, Style] = {
    "shops": Style(19, 10, 0.4, (TERRACED,), shops=0.9, split=0.25, hydrant_main_mm=150),
    "smallshops": Style(24, 11, 0.8, (TERRACED, SEMI), shops=0.4, hydrant_main_mm=125),
    "quay": Style(25, 12, 0.8, (TERRACED,), shops=0.45, split=0.2, hydrant_main_mm=150),
    "oldtown": Style(28, 9, 1.2, (TERRACED, TERRACED, SEMI), shops=0.14, split=0.05, gap=0.05),
    "terrace": Style(18, 9, 0.1, (TERRACED,)),
    "bay": Style(22, 11, 0.2, (TERRACED, SEMI), shops=0.06, split=0.12),
    "council": Style(31, 12.5, 0.3, (SEMI, SEMI, TERRACED)),
    "semi": Style(35, 15, 0.4, (SEMI,), shops=0.01, hydrant_main_mm=125),
    "ribbon": Style(52, 18, 2.0, (SEMI, DETACHED), gap=0.12, hydrant_main_mm=125),
    "estate": Style(34, 13.5, 1.2, (DETACHED, DETACHED, SEMI), hydrant_main_mm=125),
    "detached": Style(35, 18, 1.5, (DETACHED,)),
    "villa": Style(48, 22, 2.0, (DETACHED, SEMI), split=0.18),
    "village": Style(42, 15, 5.0, (DETACHED, DETACHED, SEMI, TERRACED), gap=0.12, named=0.42, hydrant_main_mm=80),
    "lane": Style(800, 24, 14.0, (DETACHED,), gap=0.3, named=0.8, hydrant_main_mm=80),
    "units": Style(70, 36, 1.0, (), hydrant_main_mm=200),
}
