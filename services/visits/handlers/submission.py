"""Take crews' visits: each once, whole, with what concerns people sealed before a word of it is said."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from schemas.visits import ConcernsNoted, VisitSubmitted
from services.shared.errors import Conflict, Refused
from services.shared.secrets import Vault
from services.shared.transactions import Heard, Work
from services.visits.rules.amending import reasons_to_refuse_amending
from services.visits.rules.intake import HandedIn, is_the_same, receipt_of
from services.visits.rules.one_size import CONCERNS_BYTES, PRIVATE_BYTES
from services.visits.rules.remarks import Remark
from services.visits.rules.story import ReceivedVisit, Taken
from services.visits.store.visits import SealedParts, find_received, save_sealed_parts, save_visits

UNACCEPTABLE = "this visit cannot be taken yet: mend what is named and send it again"
OTHER_CONTENT = (
    "a visit with this submission_id was received before with other content, and nothing was changed: "
    "send what is new as a visit of its own, with a new submission_id"
)


class WorthASecondLook(Exception):
    """A visit that could be taken, but has something odd about it that its sender has not seen yet."""

    def __init__(self, remarks: Collection[Remark]) -> None:
        super().__init__("there is something to look at before this visit is sent")
        self.remarks = tuple(remarks)


async def take_visits(sent: Sequence[Heard[HandedIn]], work: Work, vault: Vault) -> list[Taken | Exception]:
    """Take visits and say that they were submitted; return the receipt of each, or why there is none.

    The same again gets the same receipt. What stands against one is `Refused` with every field to mend, `Conflict` if
    its id is known with other content, or `WorthASecondLook` for a remark that its sender has yet to see.
    """
    sent = await _allowed(sent, work)
    first: dict[str, int] = {}
    for number, each in enumerate(sent):
        if each.event.is_acceptable:
            first.setdefault(each.event.visit.visit_id, number)
    kept = await save_visits(work, [sent[number].event.visit for number in first.values()])
    new = {number for visit_id, number in first.items() if visit_id in kept}
    await _seal_and_say([sent[number] for number in sorted(new)], work, vault)
    others = [each.event.visit.visit_id for number, each in enumerate(sent) if number not in new]
    known = await find_received(work, others)
    return [
        Taken(receipt_of(each.event.visit, each.event.content_sha256), is_new=True)
        if number in new
        else _of_old(each.event, known.get(each.event.visit.visit_id))
        for number, each in enumerate(sent)
    ]


async def _allowed(sent: Sequence[Heard[HandedIn]], work: Work) -> Sequence[Heard[HandedIn]]:
    """Return visits with what stands against those that replace another one which is not theirs to replace."""
    amended = {each.event.open_part.amends for each in sent} - {None}
    if not amended:
        return sent
    received = {each.event.visit.visit_id: each.event.visit for each in sent if each.event.is_acceptable}
    received |= await find_received(work, [visit_id for visit_id in amended if visit_id])
    judged = []
    for each in sent:
        reasons = reasons_to_refuse_amending(each.event.open_part, each.event.author, received)
        found = replace(each.event, reasons=(*each.event.reasons, *reasons)) if reasons else each.event
        judged.append(replace(each, event=found))
    return judged


def _of_old(sent: HandedIn, known: ReceivedVisit | None) -> Taken | Exception:
    """Return what is answered to a visit that is not kept now: its first receipt, or what stands against it."""
    if known is not None and is_the_same(sent, known):
        return Taken(receipt_of(known, sent.content_sha256), is_new=False)
    if known is not None or sent.is_acceptable:
        return Conflict(OTHER_CONTENT)
    return Refused(UNACCEPTABLE, sent.reasons) if sent.reasons else WorthASecondLook(sent.unseen)


async def _seal_and_say(taken: Sequence[Heard[HandedIn]], work: Work, vault: Vault) -> None:
    """Seal what may not travel in the open and say both events; concerns are said even where there are none."""
    closed = [(each.event.visit.visit_id, *each.event.closed) for each in taken]
    private = await vault.seal_many(
        work, [(f"private/{visit}", f"visit/{visit}", details) for visit, details, _ in closed], size=PRIVATE_BYTES
    )
    concerns = await vault.seal_many(
        work, [(f"concerns/{visit}", f"visit/{visit}", words) for visit, _, words in closed], size=CONCERNS_BYTES
    )
    ids = [visit for visit, _, _ in closed]
    parts = [SealedParts(*each) for each in zip(ids, private, concerns, strict=True)]
    await save_sealed_parts(work, parts)
    for each, sealed in zip(work.in_turn(taken), parts, strict=True):
        _say(each.event, sealed, work)


def _say(sent: HandedIn, sealed: SealedParts, work: Work) -> None:
    visit, at = sent.visit, sent.visit.received_at
    submitted = VisitSubmitted(
        visit_id=visit.visit_id,
        received_at=at,
        visit=sent.open_part,
        private=sealed.private,
        sent_by=sent.author.as_sender(),
    )
    noted = ConcernsNoted(
        visit_id=visit.visit_id,
        station=visit.station,
        submitted_by=visit.submitted_by,
        received_at=at,
        concerns=sealed.concerns,
    )
    work.say(submitted, urgent=sent.urgent)
    work.say(noted)
    work.note(f"visit/{visit.visit_id}", "received", content=visit.content_mark, station=visit.station)
