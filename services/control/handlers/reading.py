"""What control does when somebody looks a record up or asks for a code: answers, and keeps who asked."""

from dataclasses import dataclass, replace
from datetime import datetime

from pydantic import ValidationError

from schemas.risk_register import CrewReport
from schemas.sensitive import Sealed
from schemas.visits import PrivateDetails
from services.control.handlers.keeping import Access
from services.control.store.places import find_place
from services.control.store.shown import Shown, find_shown, find_shown_at, temporary_ended_between
from services.domain.temporary_risks import removed_if_ended_before
from services.shared.errors import FieldReason, NotFound, Refused
from services.shared.secrets import Vault
from services.shared.transactions import Work

LOOK_UP = "look-up"
LIVE = "live"
AS_IT_WAS = "as it was"
NOTHING_SHOWN = "nothing is shown for these premises: search again by another part of the address"
NOTHING_SHOWN_THEN = "nothing was shown for these premises at that time"
NOTHING_HELD = "these premises are known and nothing is held of them: that does not mean there is no risk"
PRIVATE_KEY = "private/"


class NothingHeld(NotFound):
    """The premises is in the gazetteer and no record of it is shown: that is no word about its risk."""

    kind = "nothing-held"
    title = "Known, nothing held"


@dataclass(frozen=True)
class Codes:
    """The entry code and contacts that one visit gave; without details they are held and cannot be opened.

    `report` is the crew's report they belong to, which nobody has reviewed; None where they are published.
    """

    details: PrivateDetails | None = None
    report: CrewReport | None = None


async def look_up(premises_id: str, access: Access, *, as_of: datetime | None = None, purpose: str = LOOK_UP) -> Shown:
    """Return what is shown of a premises, or was at a time, and keep that this person read it."""
    work = access.work
    if as_of is not None and as_of > work.now:
        raise Refused("nobody knows what will be shown", (FieldReason("/as_of", "give a time in the past"),))
    if as_of is None:
        found = await find_shown(work, premises_id)
    else:
        found = await _shown_then(premises_id, as_of, work)
        purpose = f"{AS_IT_WAS} at {as_of.isoformat(timespec='seconds')}"
    if found is None and as_of is None and await find_place(work, premises_id):
        raise NothingHeld(NOTHING_HELD)
    if found is None:
        raise NotFound(NOTHING_SHOWN if as_of is None else NOTHING_SHOWN_THEN)
    access.note(premises_id, found.revision, purpose)
    return found


async def _shown_then(premises_id: str, at: datetime, work: Work) -> Shown | None:
    """Return what was shown at a time, without the temporary risks that have been removed since."""
    found, before = await find_shown_at(work, premises_id, at), removed_if_ended_before(work.now)
    if found is None or at >= before or not found.record.temporary:
        return found
    risks = found.record.temporary
    gone = await temporary_ended_between(work, premises_id, [each.risk_id for each in risks], at, before)
    left = tuple(each for each in risks if each.risk_id not in gone)
    return replace(found, record=found.record.model_copy(update={"temporary": left}))


async def reveal_codes(premises_id: str, access: Access, purpose: str, vault: Vault) -> tuple[Codes, ...]:
    """Return the entry codes and contacts of a premises, and keep for good who asked and why.

    The published ones come first, then those of reports nobody has reviewed, newest first; nothing if none are held.
    """
    work = access.work
    found = await find_shown(work, premises_id)
    if found is None:
        raise NotFound(NOTHING_SHOWN)
    access.note(premises_id, found.revision, f"codes: {purpose}")
    work.note(f"premises/{premises_id}", "codes revealed", revision=found.revision, purpose=purpose)
    record = found.record
    parts = [(record.private, None), *((report.private, report) for report in record.reports)]
    held = {_record_of(sealed): (sealed, report) for sealed, report in reversed(parts) if sealed is not None}
    opened = await vault.open_many(work, [(sealed, name) for name, (sealed, _) in held.items()])
    return tuple(
        Codes(_details(plain), report) for plain, (_, report) in reversed([*zip(opened, held.values(), strict=True)])
    )


def _record_of(sealed: Sealed) -> str:
    return f"visit/{sealed.key_id.removeprefix(PRIVATE_KEY)}"


def _details(plain: str | None) -> PrivateDetails | None:
    try:
        return None if plain is None else PrivateDetails.model_validate_json(plain)
    except ValidationError:
        return None
