"""What control's screen says of those who need help to get out: the flat and the help, never why and never who."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from pydantic import AwareDatetime

from schemas.referrals import HelpNeeded
from schemas.visit_parts import Part
from schemas.vocabulary import Assistance, ConsentState, NeedsSource
from services.domain.review_dates import evacuation_is_overdue
from services.shared.web.words import as_date

HELP_WORDS = {
    Assistance.NONE: "no help",
    Assistance.GUIDE: "a guide",
    Assistance.PHYSICAL_1: "1 person",
    Assistance.PHYSICAL_2PLUS: "2 or more people",
    Assistance.EQUIPMENT: "equipment",
}
SOURCE_WORDS = {
    NeedsSource.CREW_VISIT: "a crew’s visit",
    NeedsSource.RESPONSIBLE_PERSON: "the responsible person",
    NeedsSource.RESIDENT: "the resident",
}
NONE_HELD = "No consented needs held"
WITHDRAWN = "Withdrawn"
ASK_ON_SCENE = "ask on scene"
WHOLE_ADDRESS = "this address"


class PersonToHelp(Part):
    """Somebody who agreed that this may be known: flat, floor, help, whether a statement exists, and since when.

    `source` is who told of it; `confirmed_at` when they last said that it still holds; `overdue` says that they did
    neither for 12 months.
    """

    flat: str | None
    floor: str | None
    help: Assistance
    help_words: str
    statement: bool | None
    consent: ConsentState
    consented_at: AwareDatetime
    confirmed_at: AwareDatetime | None
    source: NeedsSource
    overdue: bool
    says: str


class NeedsHelpOut(Part):
    """Who needs help to get out, by consent. NONE_HELD never means that nobody needs it.

    `told_by` says in words who told of it, `overdue` of how many people nobody confirmed it for 12 months.
    """

    state: Literal["HELD", "NONE_HELD", "WITHDRAWN"] = "NONE_HELD"
    says: str = NONE_HELD
    people: tuple[PersonToHelp, ...] = ()
    consented_from: AwareDatetime | None = None
    consented_until: AwareDatetime | None = None
    confirmed_from: AwareDatetime | None = None
    told_by: str = ""
    overdue: int = 0
    ask: str = ASK_ON_SCENE


def needs_shown(needs: Sequence[HelpNeeded], at: datetime, *, withdrawn: bool = False) -> NeedsHelpOut:
    """Return what the screen says at a moment; `withdrawn` where what was shown then can no longer be read."""
    if withdrawn:
        return NeedsHelpOut(state="WITHDRAWN", says=WITHDRAWN)
    if not needs:
        return NeedsHelpOut()
    ordered = sorted(needs, key=lambda each: _by_number(each.unit_ref))
    flats = {_flat(each.unit_ref).casefold() for each in ordered}
    dates = [each.consented_at for each in ordered]
    confirmed = [each.confirmed_at for each in ordered if each.confirmed_at]
    people = tuple(_person(each, at) for each in ordered)
    return NeedsHelpOut(
        state="HELD",
        says=_count(len(flats), needs),
        people=people,
        consented_from=min(dates),
        consented_until=max(dates),
        confirmed_from=min(confirmed, default=None),
        told_by=" and ".join(
            words for source, words in SOURCE_WORDS.items() if source in {each.source for each in needs}
        ),
        overdue=sum(each.overdue for each in people),
    )


def _count(flats: int, needs: Sequence[HelpNeeded]) -> str:
    if all(not each.unit_ref for each in needs):
        return f"{len(needs)} {'person' if len(needs) == 1 else 'people'}"
    return f"{flats} flat{'' if flats == 1 else 's'}"


def _person(needed: HelpNeeded, at: datetime) -> PersonToHelp:
    flat = _flat(needed.unit_ref)
    facts = (
        f"floor {needed.floor}" if needed.floor else "",
        HELP_WORDS[needed.assistance],
        {True: "statement exists", False: "no statement", None: ""}[needed.ees_exists],
    )
    return PersonToHelp(
        flat=flat or None,
        floor=needed.floor,
        help=needed.assistance,
        help_words=HELP_WORDS[needed.assistance],
        statement=needed.ees_exists,
        consent=needed.consent_state,
        consented_at=needed.consented_at,
        confirmed_at=needed.confirmed_at,
        source=needed.source,
        overdue=evacuation_is_overdue(as_date(needed.confirmed_at or needed.consented_at), as_date(at)),
        says=f"{flat or WHOLE_ADDRESS} ({', '.join(fact for fact in facts if fact)})",
    )


def _flat(unit: str) -> str:
    return re.sub(r"^(?:flat|apartment|apt)\b\.?\s*", "", unit.strip(), flags=re.IGNORECASE)


def _by_number(unit: str) -> list[tuple[int, int, str]]:
    """Return what puts flat 9 before flat 12, and 12 before 12A."""
    parts = re.findall(r"\d+|\D+", _flat(unit).casefold())
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts]
