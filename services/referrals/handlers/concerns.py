"""What happens to the sealed concerns of a visit: each becomes a case, sealed anew under a key of its own."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from uuid import UUID

from pydantic import ValidationError

from schemas.visit_parts import is_closed
from schemas.visits import Concerns, ConcernsNoted
from services.referrals.handlers.filing import alarms_of, new_filed
from services.referrals.rules.raising import merged
from services.referrals.rules.records import Filed
from services.referrals.store.cases import list_noted, save_cases, save_people
from services.referrals.store.escalations import save_alarms
from services.referrals.store.history import note_of_case
from services.referrals.store.visits import save_senders
from services.shared.errors import Refused
from services.shared.identifiers import random_id
from services.shared.secrets import CannotOpen, Vault
from services.shared.transactions import Heard, Work

# No name of a key may tell whose it is, and the database hides every key of this prefix from other services.
KEY_PREFIX = "concerns/"


@dataclass(frozen=True)
class Draft:
    """What is to be sealed and kept of the concerns of one visit: its cases, and the facts about people beside them."""

    cases: tuple[tuple[Filed, Concerns], ...]
    facts_id: UUID
    facts: Concerns | None


async def open_cases(heard: Sequence[Heard[ConcernsNoted]], work: Work, vault: Vault) -> None:
    """Open concerns in memory only, and keep each referral as a case; most visits have none, and leave nothing."""
    await save_senders(work, {each.event.visit_id: each.event.submitted_by for each in heard})
    noted = await list_noted(work, [each.event.visit_id for each in heard])
    new = [each for each in heard if each.event.visit_id not in noted]
    texts = await vault.open_many(work, [(each.event.concerns, f"visit/{each.event.visit_id}") for each in new])
    drafts = [_drafted(each.event, plain) for each, plain in zip(new, texts, strict=True)]
    await _keep(dict(zip((each.event.visit_id for each in new), drafts, strict=True)), work, vault)
    for _, draft in zip(work.in_turn(new), drafts, strict=True):
        for filed, _ in draft.cases:
            note_of_case(work, filed.id, "raised")


def _drafted(event: ConcernsNoted, plain: str | None) -> Draft:
    if plain is None:
        raise CannotOpen("the concerns of a visit cannot be opened")
    concerns = opened(plain)
    closed = merged((each for each in concerns.referrals if is_closed(each.kind)), ())
    cases = tuple(
        (new_filed(raised, event.visit_id, event.station, event.received_at), Concerns(referrals=raised.by_crew))
        for raised in closed
    )
    markers = tuple(each for each in concerns.referrals if not is_closed(each.kind))
    tells = concerns.people or concerns.hazards or concerns.media or markers
    return Draft(cases, random_id(), concerns.model_copy(update={"referrals": markers}) if tells else None)


async def _keep(drafts: dict[str, Draft], work: Work, vault: Vault) -> None:
    """Seal and keep what visits told, each referral and the facts of each visit under a key of their own."""
    cases = [(filed, number, words) for each in drafts.values() for number, (filed, words) in enumerate(each.cases)]
    people = [(visit_id, each.facts_id, each.facts) for visit_id, each in drafts.items() if each.facts]
    texts = {f"people/{facts_id}": facts for _, facts_id, facts in people}
    texts |= {f"case/{filed.id}": words for filed, _, words in cases}
    asked = [(f"{KEY_PREFIX}{record}", record, plain.model_dump_json()) for record, plain in texts.items()]
    sealed = dict(zip(texts, await vault.seal_many(work, asked), strict=True))
    await save_cases(work, [(filed, number, sealed[f"case/{filed.id}"]) for filed, number, _ in cases])
    await save_people(work, [(visit_id, facts_id, sealed[f"people/{facts_id}"]) for visit_id, facts_id, _ in people])
    await save_alarms(work, [(filed, alarm) for filed, *_ in cases for alarm in alarms_of(filed)])


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
