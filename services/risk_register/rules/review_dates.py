"""Which visits count as having looked at a premises, and so move the date of its next review."""

from schemas.vocabulary import ReviewMethod, VisitKind, VisitOutcome

# A level whose review may be done from the desk.
DESK_CHECK_UP_TO_LEVEL = 1


def moves_visit_clock(method: ReviewMethod, outcome: VisitOutcome) -> bool:
    """Return whether a visit counts as having seen the premises: in person, and completed.

    Policy: docs/domain/1.6.md and docs/domain/4.1.md (A): a refused, partial or telephone review never does.
    """
    return method is ReviewMethod.PHYSICAL and outcome is VisitOutcome.COMPLETED


def counts_as_visit(kind: VisitKind, method: ReviewMethod, outcome: VisitOutcome) -> bool:
    """Return whether a visit counts as having seen the premises; what was only heard of it never does.

    Policy: docs/domain/1.6.md and docs/domain/4.1.md (A).
    """
    return kind is not VisitKind.INTELLIGENCE_ONLY and moves_visit_clock(method, outcome)


def moves_review_date(method: ReviewMethod, outcome: VisitOutcome, base_level: int) -> bool:
    """Return whether a visit moves the review date: one that moves the visit clock, or at level 1 a desk check.

    Policy: docs/domain/4.3.md, step 8.
    """
    desk_check = method is ReviewMethod.DESKTOP and base_level <= DESK_CHECK_UP_TO_LEVEL
    return moves_visit_clock(method, outcome) or (desk_check and outcome is VisitOutcome.COMPLETED)
