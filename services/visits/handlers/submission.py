"""Take a crew's visit: once, whole, with what concerns people sealed before a word of it is said."""

from sqlmodel.ext.asyncio.session import AsyncSession

from schemas.visits import ConcernsNoted, VisitReceipt, VisitSubmission, VisitSubmitted
from services.shared.errors import Conflict, Refused
from services.shared.secrets import Vault
from services.shared.transactions import moment, note, say
from services.visits.rules.further import further_reasons
from services.visits.rules.reading import Reading
from services.visits.rules.refusals import reasons_to_refuse
from services.visits.rules.remarks import remarks_on
from services.visits.rules.story import ReceivedVisit, Taken
from services.visits.store import find_visit, save_sealed_part, save_visit

UNACCEPTABLE = "this visit cannot be taken yet: mend what is named and send it again"
OTHER_CONTENT = (
    "a visit with this submission_id was received before with other content, and nothing was changed: "
    "send what is new as a visit of its own, with a new submission_id"
)


async def take_visit(reading: Reading, author: str, session: AsyncSession, vault: Vault) -> Taken:
    """Take what was read from a device and say that it was submitted; the same again gets the same receipt.

    Raises `Refused` with every field to mend, or `Conflict` if the id is known with other content.
    """
    if reading.unreadable:
        raise Refused(reading.unreadable, status=400)
    if reading.submission is None:
        further = further_reasons(reading.content, reading.reasons, moment(session))
        raise Refused(UNACCEPTABLE, (*reading.reasons, *further))
    visit = reading.submission
    sent = _received(visit, reading.content_sha256, author, session)
    known = await find_visit(session, sent.visit_id)
    if known is None:
        reasons = reasons_to_refuse(visit, sent.received_at)
        if reasons:
            raise Refused(UNACCEPTABLE, reasons)
        if await save_visit(session, sent):
            await _seal_and_say(visit, sent, session, vault)
            note(session, f"visit/{sent.visit_id}", "received", content=sent.content_sha256, station=sent.station)
            return Taken(_receipt(sent), is_new=True)
        known = await find_visit(session, sent.visit_id)
    if known is None or known.content_sha256 != sent.content_sha256:
        raise Conflict(OTHER_CONTENT)
    return Taken(_receipt(known), is_new=False)


def _received(visit: VisitSubmission, digest: str, author: str, session: AsyncSession) -> ReceivedVisit:
    return ReceivedVisit(
        visit_id=visit.submission_id,
        content_sha256=digest,
        submitted_by=author,
        station=visit.station,
        received_at=moment(session),
        open_part=visit.open_part().model_dump(mode="json"),
        warnings=remarks_on(visit, moment(session)),
    )


async def _seal_and_say(visit: VisitSubmission, sent: ReceivedVisit, session: AsyncSession, vault: Vault) -> None:
    """Seal what may not travel in the open and say both events; concerns are said even where there are none."""
    record = f"visit/{sent.visit_id}"
    private = await vault.seal(
        session, f"private/{sent.visit_id}", record, visit.private_part().model_dump_json(exclude_defaults=True)
    )
    concerns = await vault.seal(
        session, f"concerns/{sent.visit_id}", record, visit.concerns().model_dump_json(exclude_defaults=True)
    )
    await save_sealed_part(session, sent.visit_id, private, concerns)
    say(
        VisitSubmitted(visit_id=sent.visit_id, received_at=sent.received_at, visit=visit.open_part(), private=private),
        session,
    )
    say(
        ConcernsNoted(
            visit_id=sent.visit_id,
            station=sent.station,
            submitted_by=sent.submitted_by,
            received_at=sent.received_at,
            concerns=concerns,
        ),
        session,
    )


def _receipt(visit: ReceivedVisit) -> VisitReceipt:
    """Return the receipt; media are sent after the visit, so all that it lists are still missing."""
    missing = dict.fromkeys(medium["sha256"] for medium in visit.open_part["media"])
    return VisitReceipt.model_validate(
        {
            "submission_id": visit.visit_id,
            "content_sha256": visit.content_sha256,
            "received_at": visit.received_at,
            "missing_media": tuple(missing),
        }
    )
