"""Keep the story of a visit: each thing that others say became of it, with the time at which it happened."""

from collections.abc import Sequence

from schemas.envelope import Event
from schemas.risk_register import VisitReviewed
from services.shared.transactions import Heard, Work
from services.visits.rules.story import newest_lines
from services.visits.store.visits import add_remarks, save_story_lines


async def note_story(heard: Sequence[Heard[Event]], work: Work) -> None:
    """Keep what became of visits, and what a crew may put right about its score."""
    lines = newest_lines((each.event, each.happened_at) for each in heard)
    if lines:
        await save_story_lines(work, lines)
    remarks: dict[str, list[str]] = {}
    for each in heard:
        if isinstance(each.event, VisitReviewed) and each.event.warnings:
            remarks.setdefault(each.event.visit_id, []).extend(each.event.warnings)
    if remarks:
        await add_remarks(work, remarks)
