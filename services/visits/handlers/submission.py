"""Take a crew's visit: once, whole, with what concerns people sealed before a word of it is said."""

from collections.abc import Collection

from schemas.visits import ConcernsNoted, VisitReceipt, VisitSubmission, VisitSubmitted
from services.shared.errors import Conflict, Refused
from services.shared.identity import Person
from services.shared.secrets import Vault
from services.shared.transactions import Work
from services.visits.handlers.marking import mark_of_content
from services.visits.rules.authors import Author
from services.visits.rules.further import all_reasons
from services.visits.rules.one_size import CONCERNS_BYTES, PRIVATE_BYTES, closed_parts
from services.visits.rules.readers import may_have_receipt, people_of
from services.visits.rules.reading import Reading
from services.visits.rules.refusals import every_reason_to_refuse
from services.visits.rules.remarks import Remark, remarks_on
from services.visits.rules.story import ReceivedVisit, Taken
from services.visits.rules.urgency import is_urgent
from services.visits.store import find_visit, save_sealed_part, save_visit

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


async def take_visit(
    reading: Reading, sender: Person, work: Work, vault: Vault, *, seen: Collection[str] | None = None
) -> Taken:
    """Take what was read from a device and say that it was submitted; the same again gets the same receipt.

    Raises `Refused` with every field to mend, `Conflict` if the id is known with other content, or
    `WorthASecondLook` for a remark that is not among those `seen` (None: whoever sends it wants to see none).
    """
    if reading.unreadable:
        raise Refused(reading.unreadable, status=400)
    author = Author(sender.name, sender.station, sender.watch, sender.roles)
    if reading.submission is None:
        raise Refused(UNACCEPTABLE, all_reasons(reading.content, reading.reasons, author, work.now))
    visit = reading.submission
    sent = _received(visit, mark_of_content(vault, str(visit.submission_id), reading.content_sha256), author, work)
    known = await find_visit(work, sent.visit_id)
    if known is None:
        _look_before_it_is_taken(visit, author, sent, seen)
        if await save_visit(work, sent):
            await _seal_and_say(visit, sent, author, work, vault)
            work.note(f"visit/{sent.visit_id}", "received", content=sent.content_mark, station=sent.station)
            return Taken(_receipt(sent, reading), is_new=True)
        known = await find_visit(work, sent.visit_id)
    # Whoever else knew the open part could otherwise try out what is sealed until the answer is the receipt.
    if known is None or known.content_mark != sent.content_mark or not may_have_receipt(sender.name, known.people):
        raise Conflict(OTHER_CONTENT)
    return Taken(_receipt(known, reading), is_new=False)


def _look_before_it_is_taken(
    visit: VisitSubmission, author: Author, sent: ReceivedVisit, seen: Collection[str] | None
) -> None:
    reasons = every_reason_to_refuse(visit, author, sent.received_at)
    if reasons:
        raise Refused(UNACCEPTABLE, reasons)
    unseen = [Remark(code) for code in sent.warnings if seen is not None and code not in seen]
    if unseen:
        raise WorthASecondLook(unseen)


def _received(visit: VisitSubmission, mark: str, author: Author, work: Work) -> ReceivedVisit:
    return ReceivedVisit(
        visit_id=visit.submission_id,
        content_mark=mark,
        submitted_by=author.name,
        station=visit.station,
        received_at=work.now,
        open_part=visit.open_part().model_dump(mode="json"),
        warnings=remarks_on(visit, work.now),
        people=people_of(author.name, visit.lead_officer_id, visit.crew_ids),
    )


async def _seal_and_say(visit: VisitSubmission, sent: ReceivedVisit, author: Author, work: Work, vault: Vault) -> None:
    """Seal what may not travel in the open and say both events; concerns are said even where there are none."""
    record = f"visit/{sent.visit_id}"
    details, told = closed_parts(visit)
    private = await vault.seal(work, f"private/{sent.visit_id}", record, details, size=PRIVATE_BYTES)
    concerns = await vault.seal(work, f"concerns/{sent.visit_id}", record, told, size=CONCERNS_BYTES)
    await save_sealed_part(work, sent.visit_id, private, concerns)
    work.say(
        VisitSubmitted(
            visit_id=sent.visit_id,
            received_at=sent.received_at,
            visit=visit.open_part(),
            private=private,
            sent_by=author.as_sender(),
        ),
        urgent=is_urgent(visit),
    )
    work.say(
        ConcernsNoted(
            visit_id=sent.visit_id,
            station=sent.station,
            submitted_by=sent.submitted_by,
            received_at=sent.received_at,
            concerns=concerns,
        ),
    )


def _receipt(visit: ReceivedVisit, reading: Reading) -> VisitReceipt:
    """Return the receipt; media are sent after the visit, so all that it lists are still missing.

    The hash is of what its sender has just sent and knows: it is kept nowhere, as it covers what is sealed too.
    """
    missing = dict.fromkeys(medium["sha256"] for medium in visit.open_part["media"])
    return VisitReceipt.model_validate(
        {
            "submission_id": visit.visit_id,
            "content_sha256": reading.content_sha256,
            "received_at": visit.received_at,
            "missing_media": tuple(missing),
        }
    )
