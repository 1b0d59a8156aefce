"""How much a visit sets out to tell: the whole of a premises, or one thing about it."""

from typing import Protocol

from schemas.vocabulary import VisitKind, VisitOutcome

# A change, a temporary risk and a piece of intelligence each tell one thing; all other kinds tell the premises.
WHOLE_KINDS = frozenset({VisitKind.NEW_SSRI, VisitKind.REVIEW, VisitKind.POST_INCIDENT, VisitKind.FAMILIARISATION})
SAW_SOMETHING = frozenset({VisitOutcome.COMPLETED, VisitOutcome.PARTIAL})


class Scoped(Protocol):
    """What of a visit says how much it tells."""

    @property
    def visit_kind(self) -> VisitKind:
        """Return why the crew went."""

    @property
    def outcome(self) -> VisitOutcome:
        """Return how the visit ended."""


def leaves_unknown_what_is_blank(visit: Scoped) -> bool:
    """Return whether a blank field means that nobody knows: a crew that looked for the whole left it empty.

    What a crew that was turned away, or that told one thing only, left blank says nothing.

    Policy: docs/domain/4.1.md, which visits need which fields.
    """
    return visit.outcome in SAW_SOMETHING and visit.visit_kind in WHOLE_KINDS
