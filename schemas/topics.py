"""THE MAP: every topic, the event on it, its key, who says it and who hears it."""

from dataclasses import dataclass

from schemas.control import (
    ControlShown,
    DangerShown,
    DebriefAnswered,
    DebriefAsked,
    IncidentChanged,
    PersonsAtRiskChanged,
)
from schemas.envelope import Event
from schemas.premises import LocationWithdrawn, PremisesListed, PremisesLocated, PremisesNotLocated
from schemas.protection import FireSafetyUpdated
from schemas.referrals import MarkerDecided, NeedsUpdated, ReferralAcknowledged, ReferralMoved, ReferralRaised
from schemas.risk_register import RiskRecordUpdated, VisitAsked, VisitAskEnded, VisitQualityChecked, VisitReviewed
from schemas.visits import ConcernsNoted, MediaReceived, VisitSubmitted

YEAR = 366


@dataclass(frozen=True)
class Topic:
    """One line of the map. `key` is the field the order is kept by; `restricted` topics have their own Kafka ACL."""

    event: type[Event]
    key: str
    said_by: str
    heard_by: tuple[str, ...]
    retention_days: int = 2 * YEAR
    partitions: int = 6
    restricted: bool = False

    @property
    def name(self) -> str:
        """Return the name of the topic in Kafka and in the event log."""
        return self.event.topic


TOPICS: tuple[Topic, ...] = (
    Topic(VisitSubmitted, "visit_id", "visits", ("premises", "referrals", "control", "scorecard")),
    Topic(ConcernsNoted, "visit_id", "visits", ("referrals",), restricted=True),
    Topic(MediaReceived, "visit_id", "visits", ("risk_register", "control")),
    Topic(PremisesLocated, "premises_id", "premises", ("visits", "risk_register", "referrals", "control", "scorecard")),
    Topic(PremisesNotLocated, "visit_id", "premises", ("visits", "control", "scorecard")),
    Topic(
        LocationWithdrawn,
        "premises_id",
        "premises",
        ("visits", "risk_register", "referrals", "control", "scorecard"),
    ),
    Topic(PremisesListed, "part_id", "premises", ("risk_register", "control", "protection")),
    Topic(FireSafetyUpdated, "premises_id", "protection", ("risk_register",)),
    Topic(RiskRecordUpdated, "premises_id", "risk_register", ("control",)),
    Topic(VisitReviewed, "premises_id", "risk_register", ("visits", "premises", "referrals", "control", "scorecard")),
    Topic(VisitAsked, "premises_id", "risk_register", ("visits",)),
    Topic(VisitAskEnded, "premises_id", "risk_register", ("visits",)),
    Topic(VisitQualityChecked, "premises_id", "risk_register", ("visits", "scorecard")),
    Topic(ReferralRaised, "visit_id", "referrals", ("visits", "scorecard")),
    Topic(ReferralAcknowledged, "visit_id", "referrals", ("visits", "scorecard")),
    Topic(ReferralMoved, "visit_id", "referrals", ("visits",)),
    Topic(MarkerDecided, "visit_id", "referrals", ("risk_register",), restricted=True),
    Topic(NeedsUpdated, "premises_id", "referrals", ("control",), restricted=True),
    Topic(ControlShown, "premises_id", "control", ("visits", "scorecard")),
    Topic(DangerShown, "visit_id", "control", ()),
    Topic(DebriefAsked, "premises_id", "control", ("risk_register",)),
    Topic(DebriefAnswered, "premises_id", "control", ("risk_register", "scorecard")),
    Topic(IncidentChanged, "incident_no", "control", ()),
    Topic(PersonsAtRiskChanged, "incident_no", "control", (), restricted=True),
)

BY_NAME: dict[str, Topic] = {topic.name: topic for topic in TOPICS}
