"""Whose photographs and plans belong to a record: those of the visits that it is made of, as it is shown."""

from schemas.risk_register import RiskRecord


def visits_named(record: RiskRecord) -> frozenset[str]:
    """Return the visits that a record rests on: who saw a published fact last, and whose report stands beside it.

    A visit that is put back, rejected or replaced is named no more, and its photographs are gone with it.

    Policy: docs/domain/4.5.md.
    """
    sources = (source.visit_id for source in record.sources.values())
    reports = (report.visit_id for report in record.reports)
    return frozenset((*sources, *reports, *(each.visit_id for each in record.unverified)))
