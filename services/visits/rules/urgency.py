"""Which visits go first: those that tell of a danger."""

from schemas.visits import VisitForm
from services.domain.facts import facts_of
from services.domain.gravity import NO_DANGER, gravity_of
from services.domain.safety_critical import safety_critical_additions
from services.visits.rules.reading import read_body


def is_urgent(visit: VisitForm) -> bool:
    """Return whether a visit tells of a danger, of a premises of which nothing else is known.

    Policy: docs/domain/4.4.md, two-speed publication: control sees within a minute what can kill a crew, however many
    visits arrive at the same time.
    """
    found = safety_critical_additions(facts_of(visit), None)
    return any(gravity_of(each.kind, each.summary) > NO_DANGER for each in found)


def body_is_urgent(body: bytes) -> bool:
    """Return whether a body is a visit that tells of a danger; one that cannot be read is not."""
    submission = read_body(body).submission
    return submission is not None and is_urgent(submission)
