"""What crews' reports that nobody has reviewed say of a record as a whole."""

from schemas.risk_register import RiskRecord


def level_if_published(record: RiskRecord) -> int | None:
    """Return the highest level that publishing one of the waiting reports would give; None where one is published.

    Policy: docs/domain/4.4.md: what a crew reports is shown at once, marked as not reviewed.
    """
    if record.score is not None:
        return None
    return max((report.score.effective_level for report in record.reports if report.score), default=None)
