"""What the page of one referral shows, gathered: its facts, its words where they may be read, its story."""

from collections.abc import Sequence
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.sensitive import Sealed
from schemas.visit_parts import is_closed
from services.referrals.presenters.alarms import is_escalated_to
from services.referrals.presenters.home_visits import steps_shown
from services.referrals.presenters.lists import row_of
from services.referrals.presenters.stories import (
    basis_shown,
    because_words,
    concerns_shown,
    kinds_to_send_on_as,
    moves_of,
    note_shown,
    plans_shown,
    timeline_of,
)
from services.referrals.rules.kinds import KINDS
from services.referrals.rules.outcomes import outcomes_of
from services.referrals.rules.purposes import PURPOSE_WORDS, Purpose
from services.referrals.rules.records import Filed, Step
from services.referrals.rules.rights import CREW_SAFETY, SAFE_AND_WELL_KINDS, may_read_basis, may_work
from services.referrals.store.alarms import list_alarms_of
from services.referrals.store.cases import count_readings, has_read, list_readings
from services.referrals.store.desk import count_steps, list_steps
from services.referrals.store.referrals import get_words
from services.referrals.views.home_visits import recorded_for
from services.referrals.views.reading import NO_SUCH_REFERRAL, basis_for, content_for
from services.shared.errors import NotFound
from services.shared.identity import Person
from services.shared.paging import PAGE_SIZE, Listed, page_of
from services.shared.secrets import Vault
from services.shared.transactions import Work

READINGS_BESIDE = 5
PURPOSES = [{"value": purpose.value, "text": words} for purpose, words in PURPOSE_WORDS.items()]


async def shown(filed: Filed, person: Person, work: Work, vault: Vault, number: int = 1) -> dict[str, Any]:
    """Return what the page of a referral shows to this person at this moment, with a page of what happened."""
    happened = page_of(number, await count_steps(work, filed))
    kept = await list_steps(work, filed, limit=happened.size, offset=happened.offset)
    steps, sealed = [step for step, _ in kept], [words for _, words in kept]
    works = may_work(person.roles, filed.kind)
    moves = moves_of(filed) if works else dict.fromkeys(moves_of(filed), False)
    known = {
        "row": row_of(filed),
        "policy": KINDS[filed.kind],
        "crew": ", ".join(part for part in (filed.where.callsign, f"station {filed.station}") if part),
        "moves": moves,
        "works": works,
        "kinds": kinds_to_send_on_as(filed.kind) if moves["reroute"] else [],
        "is_sealed": is_closed(filed.kind),
        "is_marker": filed.kind in CREW_SAFETY,
        "has_basis": False,
        "home": None,
        "happened": happened,
        "outcomes": outcomes_of(filed.kind) if moves["close"] else [],
        "may_close": await _may_close(filed, person, work),
        "escalated_to_you": is_escalated_to(filed, person.roles),
        "before_control_alarms": await list_alarms_of(work, filed),
    }
    if is_closed(filed.kind):
        return known | await _of_case(filed, person, steps, sealed, work, vault)
    return known | await _of_referral(filed, steps, work) | await _of_marker(filed, person, work, vault)


async def _of_marker(filed: Filed, person: Person, work: Work, vault: Vault) -> dict[str, Any]:
    """Return what those who decide a violence marker are shown beside it; of any other referral nothing."""
    if not may_read_basis(person.roles, filed.kind):
        return {}
    basis = await basis_for(filed, person, work, vault)
    return {
        "has_basis": True,
        "basis": basis_shown(basis.narrative) | {"open_until": basis.opening.open_until} if basis else None,
        "purposes": PURPOSES,
        "readings": await readings_of(filed, person, work, size=READINGS_BESIDE),
    }


async def _may_close(filed: Filed, person: Person, session: AsyncSession) -> bool:
    return not is_closed(filed.kind) or await has_read(session, filed.id, person.name, filed.clock_started_at)


async def readings_of(
    filed: Filed, person: Person, session: AsyncSession, *, number: int = 1, size: int = PAGE_SIZE
) -> Listed[dict[str, Any]]:
    """Return a page of who opened what is sealed; nothing to those who may not open it."""
    if not is_closed(filed.kind) and not may_read_basis(person.roles, filed.kind):
        raise NotFound(NO_SUCH_REFERRAL)
    page = page_of(number, await count_readings(session, filed.id), size)
    lines = tuple(
        {"who": each.who, "at": each.at, "purpose": PURPOSE_WORDS[Purpose(each.purpose)]}
        for each in await list_readings(session, filed.id, limit=page.size, offset=page.offset)
    )
    return Listed(page, lines)


async def _of_referral(filed: Filed, steps: Sequence[Step], session: AsyncSession) -> dict[str, Any]:
    words = await get_words(session, filed.id)
    return {
        "told": {
            "notes": [note_shown(each) for each in words.by_crew],
            "because": because_words(words.because),
            "summary": words.summary[:1].upper() + words.summary[1:],
            "unit": words.unit_ref,
        },
        "entries": timeline_of(filed, steps, [step.words for step in steps]),
        "content": None,
        "purposes": [],
        "readings": None,
    }


async def _of_case(
    filed: Filed,
    person: Person,
    steps: Sequence[Step],
    sealed: Sequence[Sealed | None],
    work: Work,
    vault: Vault,
) -> dict[str, Any]:
    content = await content_for(filed, person, sealed, work, vault)
    home = None
    if filed.kind in SAFE_AND_WELL_KINDS:
        home = steps_shown(filed, await recorded_for(filed, person, work, vault))
    hidden = ["Closed: open the case to read what was written" if words else "" for words in sealed]
    return {
        "told": None,
        "home": home,
        "entries": timeline_of(filed, steps, content.said if content else hidden),
        "content": {
            **concerns_shown(content.narrative, content.people),
            "plans": plans_shown(content.people, filed),
            "open_until": content.opening.open_until,
        }
        if content
        else None,
        "purposes": PURPOSES,
        "readings": await readings_of(filed, person, work, size=READINGS_BESIDE),
    }
