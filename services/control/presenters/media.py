"""Photographs and plans as control reads them: under whose report each came, and whether that was reviewed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from schemas.risk_register import RiskRecord
from services.domain.media import Medium, OnPlan, Plan, plans_in


@dataclass(frozen=True)
class MediumShown:
    """One photograph, plan or scan; `callsign` is the crew's, `reviewed` whether its visit is published."""

    medium: Medium
    callsign: str
    reviewed: bool


def media_shown(record: RiskRecord, media: Iterable[Medium]) -> tuple[MediumShown, ...]:
    """Return photographs and plans, each under its crew."""
    published = {source.visit_id: source.callsign for source in record.sources.values()}
    reported = {each.visit_id: each.callsign for each in record.unverified}
    reported |= {each.visit_id: each.callsign for each in record.reports}
    return tuple(
        MediumShown(
            each,
            published.get(each.visit_id) or reported.get(each.visit_id, ""),
            each.visit_id in published and each.visit_id not in reported,
        )
        for each in media
    )


@dataclass(frozen=True)
class OnePicture:
    """One picture among those of a record: which of how many, and those before and after it.

    `plan` is itself with what is pinned on it, if anything is; `on_plan` is the plan that it is pinned on, and how.
    """

    shown: MediumShown
    number: int
    of: int
    before: MediumShown | None
    after: MediumShown | None
    plan: Plan | None
    on_plan: tuple[Plan, OnPlan] | None


def one_of(media: Sequence[MediumShown], visit_id: str, sha256: str) -> OnePicture | None:
    """Return one picture with its neighbours, files that are no pictures left out; None if there is no such."""
    pictures = [each for each in media if each.medium.is_a_picture]
    wanted = (visit_id, sha256)
    at = next((n for n, each in enumerate(pictures) if (each.medium.visit_id, each.medium.sha256) == wanted), None)
    if at is None:
        return None
    before, after = pictures[at - 1] if at else None, pictures[at + 1] if at + 1 < len(pictures) else None
    shown, plans = pictures[at], plans_in(each.medium for each in media)
    plan = next((plan for plan in plans if plan.medium == shown.medium), None)
    on_plan = next(((plan, pin) for plan in plans for pin in plan.pinned if pin.medium == shown.medium), None)
    return OnePicture(shown, at + 1, len(pictures), before, after, plan, on_plan)
