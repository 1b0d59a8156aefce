"""What becomes of a visit that is handed in: it is taken, is known already, or has to be mended or looked at first."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from schemas.visits import OpenVisit, VisitReceipt, VisitSubmission
from services.shared.errors import FieldReason
from services.visits.rules.authors import Author
from services.visits.rules.one_size import closed_parts
from services.visits.rules.readers import may_have_receipt, people_of
from services.visits.rules.refusals import every_reason_to_refuse
from services.visits.rules.remarks import Remark, remarks_on
from services.visits.rules.story import ReceivedVisit
from services.visits.rules.urgency import is_urgent


@dataclass(frozen=True)
class HandedIn:
    """A visit as its sender hands it in: how it will be kept and said, or what stands against taking it.

    `reasons` have to be mended; `unseen` are the remarks that its sender has yet to look at. `closed` is what is sealed
    of it: its private details, and its concerns.
    """

    visit: ReceivedVisit
    author: Author
    content_sha256: str
    open_part: OpenVisit
    closed: tuple[str, str] = field(repr=False)
    urgent: bool
    reasons: tuple[FieldReason, ...] = ()
    unseen: tuple[Remark, ...] = ()

    @property
    def is_acceptable(self) -> bool:
        """Return whether nothing stands against taking it."""
        return not self.reasons and not self.unseen


def handed_in(
    visit: VisitSubmission, author: Author, content_sha256: str, mark: str, now: datetime, seen: Collection[str] | None
) -> HandedIn:
    """Return a visit as it is handed in; `seen` are the remarks its sender has looked at, None for one who wants none.

    Policy: docs/domain/4.1.md.
    """
    open_part, closed, warnings = visit.open_part(), closed_parts(visit), remarks_on(visit, now)
    return HandedIn(
        visit=ReceivedVisit(
            visit_id=visit.submission_id,
            content_mark=mark,
            submitted_by=author.name,
            station=visit.station,
            received_at=now,
            open_part=open_part.model_dump(mode="json"),
            warnings=warnings,
            people=people_of(author.name, visit.lead_officer_id, visit.crew_ids),
        ),
        author=author,
        content_sha256=content_sha256,
        open_part=open_part,
        closed=closed,
        urgent=is_urgent(visit),
        reasons=every_reason_to_refuse(visit, author, now, closed),
        unseen=tuple(code for code in warnings if seen is not None and code not in seen),
    )


def is_the_same(sent: HandedIn, known: ReceivedVisit) -> bool:
    """Return whether a visit is one that is known, handed in again by somebody whose visit it is.

    Whoever else knew the open part could otherwise try out what is sealed until the answer is the receipt.

    Policy: docs/decisions/0012.
    """
    return known.content_mark == sent.visit.content_mark and may_have_receipt(sent.author.name, known.people)


def receipt_of(visit: ReceivedVisit, content_sha256: str) -> VisitReceipt:
    """Return the receipt of a visit, with what it lists of media and has not arrived whole: they are sent after it.

    The hash is of what its sender has just sent and knows: it is kept nowhere, as it covers what is sealed too.

    Policy: docs/domain/4.1.md.
    """
    return VisitReceipt.model_validate(
        {
            "submission_id": visit.visit_id,
            "content_sha256": content_sha256,
            "received_at": visit.received_at,
            "missing_media": visit.missing,
        }
    )
