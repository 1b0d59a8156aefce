"""Batches in which no visit is met twice: what is heard of one visit follows what was heard of it before."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from schemas.premises import PremisesLocated
from schemas.risk_register import VisitReviewed
from schemas.visits import ConcernsNoted
from services.shared.transactions import Heard

OfVisit = TypeVar("OfVisit", ConcernsNoted, PremisesLocated, VisitReviewed)


def rounds(heard: Sequence[Heard[OfVisit]]) -> Iterator[list[Heard[OfVisit]]]:
    """Give what was heard, in order, in as few parts as let no visit be met twice in one: nearly always one."""
    part: dict[str, Heard[OfVisit]] = {}
    for each in heard:
        if each.event.visit_id in part:
            yield list(part.values())
            part = {}
        part[each.event.visit_id] = each
    if part:
        yield list(part.values())
