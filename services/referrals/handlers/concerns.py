"""What happens to the sealed concerns of a visit: each becomes a case, sealed anew under a key of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from pydantic import ValidationError

from schemas.sensitive import Sealed
from schemas.visit_parts import is_closed
from schemas.visits import Concerns, ConcernsNoted
from services.referrals.handlers.filing import new_filed
from services.referrals.rules.alarms import first_alarms
from services.referrals.rules.raising import Raised, merged
from services.referrals.store.cases import has_been_noted, save_case, save_people
from services.referrals.store.escalations import save_alarms
from services.referrals.store.history import note_of_case
from services.referrals.store.visits import save_sender
from services.shared.errors import Refused
from services.shared.identifiers import random_id
from services.shared.secrets import Vault
from services.shared.transactions import Work

# No name of a key may tell whose it is, and the database hides every key of this prefix from other services.
KEY_PREFIX = "concerns/"


async def open_cases(event: ConcernsNoted, work: Work, *, vault: Vault) -> None:
    """Open the concerns in memory only, and keep each referral as a case; most visits have none, and leave nothing."""
    await save_sender(work, event.visit_id, event.submitted_by)
    if await has_been_noted(work, event.visit_id):
        return
    concerns = opened(await vault.open(work, event.concerns, f"visit/{event.visit_id}"))
    for number, raised in enumerate(merged((each for each in concerns.referrals if is_closed(each.kind)), ())):
        await _open_case(raised, number, event, work, vault)
    markers = tuple(each for each in concerns.referrals if not is_closed(each.kind))
    if concerns.people or concerns.hazards or concerns.media or markers:
        facts_id = random_id()
        facts = concerns.model_copy(update={"referrals": markers})
        await save_people(work, event.visit_id, facts_id, await seal(f"people/{facts_id}", facts, work, vault))


async def _open_case(raised: Raised, number: int, event: ConcernsNoted, work: Work, vault: Vault) -> None:
    filed = new_filed(raised, event.visit_id, event.station, event.received_at)
    narrative = await seal(f"case/{filed.id}", Concerns(referrals=raised.by_crew), work, vault)
    await save_case(work, filed, number, narrative)
    has_spoken = filed.spoken_at is not None
    alarms = first_alarms(filed.kind, filed.priority, filed.raised_at, has_spoken=has_spoken)
    await save_alarms(work, filed, alarms)
    note_of_case(work, filed.id, "raised")


async def seal(record: str, concerns: Concerns, work: Work, vault: Vault) -> Sealed:
    """Return concerns sealed for one record."""
    return await vault.seal(work, f"{KEY_PREFIX}{record}", record, concerns.model_dump_json())


def opened(plain: str) -> Concerns:
    """Return concerns from their opened text; raises `Refused` without a word of it."""
    try:
        return Concerns.model_validate_json(plain)
    except ValidationError:
        raise Refused("the concerns of this visit are not in a form that is known here") from None


@contextmanager
def unlinked(work: Work) -> Iterator[None]:
    """Let what is said meanwhile not lead to the visit or the request that caused it."""
    before = work.by
    work.by = replace(before, correlation_id="withheld", caused_by=None)
    yield
    work.by = before
