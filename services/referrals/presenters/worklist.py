"""What the worklist of Safe and Well shows around its rows: the needs as tabs, and the choices that narrow it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from services.referrals.rules.deadlines import Need
from services.referrals.rules.framework import NEED_WORDS
from services.referrals.rules.worklist import NEEDS_IN_ORDER, STAGE_WORDS, Narrowed, Stage, Tally, fits

NOT_JUDGED = "NONE"
NEEDS = {NOT_JUDGED: "", **{each.value: each.value for each in Need}}
STAGES = {each.value: each for each in Stage}


def narrowed_by(need: str, stage: str, station: str, late: str) -> Narrowed:
    """Return what an address asks for; what is not a choice of the page asks for nothing."""
    return Narrowed(NEEDS.get(need), STAGES.get(stage), station or None, late == "1")


def address_with(here: str, narrowed: Narrowed) -> str:
    """Return the address of the worklist narrowed so: codes and a station, never anything about a person."""
    asked = {
        "need": "" if narrowed.need is None else narrowed.need or NOT_JUDGED,
        "stage": narrowed.stage or "",
        "station": narrowed.station or "",
        "late": "1" if narrowed.late else "",
    }
    more = urlencode({name: value for name, value in asked.items() if value})
    return f"{here}&{more}" if more else here


def frame_of(here: str, narrowed: Narrowed, tallies: Sequence[Tally]) -> dict[str, Any]:
    """Return the tabs and choices of the worklist, each with how many cases it would show as the others stand."""
    return {
        "needs": _needs(here, narrowed, tallies),
        "stages": _stages(narrowed, tallies),
        "stations": _stations(narrowed, tallies),
        "late_count": _count(tallies, replace(narrowed, late=True)),
        "late_address": address_with(here, replace(narrowed, late=True)),
        "waiting": _count(tallies, Narrowed(stage=Stage.ACKNOWLEDGE)),
        "every": _count(tallies, Narrowed()),
        "need_asked": "" if narrowed.need is None else narrowed.need or NOT_JUDGED,
        "is_narrowed": narrowed != Narrowed(),
    }


def _needs(here: str, narrowed: Narrowed, tallies: Sequence[Tally]) -> list[dict[str, Any]]:
    choices: list[tuple[str, str | None]] = [("All", None)]
    choices += [(NEED_WORDS[need] if need else "Not judged", need.value if need else "") for need in NEEDS_IN_ORDER]
    return [
        {
            "text": text,
            "href": address_with(here, replace(narrowed, need=need)),
            "count": _count(tallies, replace(narrowed, need=need)),
            "active": narrowed.need == need,
        }
        for text, need in choices
    ]


def _stages(narrowed: Narrowed, tallies: Sequence[Tally]) -> list[dict[str, Any]]:
    every = {"value": "", "text": "Whatever is next", "selected": narrowed.stage is None}
    return [every] + [
        {
            "value": stage.value,
            "text": _counted(STAGE_WORDS[stage], tallies, replace(narrowed, stage=stage)),
            "selected": narrowed.stage is stage,
        }
        for stage in Stage
    ]


def _stations(narrowed: Narrowed, tallies: Sequence[Tally]) -> list[dict[str, Any]]:
    there = {tally.station for tally in tallies} | ({narrowed.station} if narrowed.station else set())
    every = {"value": "", "text": "Every station", "selected": narrowed.station is None}
    return [every] + [
        {
            "value": station,
            "text": _counted(station, tallies, replace(narrowed, station=station)),
            "selected": narrowed.station == station,
        }
        for station in sorted(there)
    ]


def _counted(words: str, tallies: Sequence[Tally], narrowed: Narrowed) -> str:
    return f"{words} ({_count(tallies, narrowed)})"


def _count(tallies: Sequence[Tally], narrowed: Narrowed) -> int:
    return sum(tally.count for tally in tallies if fits(tally, narrowed))
