"""Photographs and plans as control reads them: under whose report each came, and whether that was reviewed."""

from collections.abc import Iterable
from dataclasses import dataclass

from schemas.risk_register import RiskRecord
from services.domain.media import Medium


@dataclass(frozen=True)
class MediumShown:
    """One photograph, plan or scan; `callsign` is the crew's, `reviewed` whether its visit is published."""

    medium: Medium
    callsign: str
    reviewed: bool

    @property
    def address(self) -> str:
        """Return where it is looked at."""
        return f"/media/{self.medium.visit_id}/{self.medium.sha256}"


def media_shown(record: RiskRecord, media: Iterable[Medium]) -> tuple[MediumShown, ...]:
    """Return photographs and plans, each under its crew."""
    published = {source.visit_id: source.callsign for source in record.sources.values()}
    reported = {each.visit_id: each.callsign for each in record.unverified}
    reported |= {each.visit_id: each.callsign for each in record.reports}
    return tuple(
        MediumShown(
            each,
            published.get(each.visit_id) or reported.get(each.visit_id, ""),
            each.visit_id in published and each.visit_id not in reported,
        )
        for each in media
    )
