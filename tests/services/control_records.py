"""Builders of what control hears: a high-rise with much to tell, a shop with little, a premises nobody has visited."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import text

from schemas.premises import Place
from schemas.risk_register import (
    RiskFacts,
    RiskRecord,
    RiskRecordUpdated,
    RiskScore,
    TemporaryRiskShown,
    UnverifiedAddition,
)
from schemas.vocabulary import TemporarySource
from services.shared.database import Database
from tests.builders import NOW, a_premises

COPIED = """
INSERT INTO control.shown
SELECT another.* FROM control.shown AS one, generate_series(1, :others) AS n,
    LATERAL (SELECT to_json(one)::text AS told, (one.premises_id::bigint + n)::text AS premises) AS written,
    LATERAL json_populate_record(NULL::control.shown, replace(replace(replace(
        told, one.premises_id, premises), 'House 0', 'House ' || n), '"0 ', '"' || n || ' ')::json) AS another
"""

MARLOWE = "999900000100"


def high_rise_facts(**overrides: Any) -> RiskFacts:
    """Return the facts of a nine-storey block with a faulty dry riser."""
    facts: dict[str, Any] = {
        "premises_class": "FLATS_HIGH",
        "occupancy_status": "IN_USE",
        "appliance_access": "RESTRICTED",
        "access_width_m": 3.1,
        "rvp": {"point": "Church Street car park", "w3w": "filled.count.soap"},
        "entry_point": "King Street",
        "sib": {"present": True, "location": "Lobby, left of the lift", "last_checked": "2026-04-12"},
        "height_top_storey_m": 26,
        "storeys_above": 9,
        "storeys_below": 1,
        "staircases": 1,
        "construction": ["CONCRETE_RC"],
        "external_wall": "EPS_RENDER",
        "fraew_rating": "MED",
        "max_day": 90,
        "max_night": 140,
        "sleeping": True,
        "dependency": "SOME_ASSIST",
        "evac_strategy": "STAY_PUT",
        "systems": [
            {"kind": "SMOKE_CONTROL", "status": "WORKING", "location": "AOV, head of stair"},
            {"kind": "DRY_RISER", "status": "FAULT", "location": "NW stair", "fault_since": "2026-11-19T09:00:00Z"},
            {"kind": "SPRINKLER", "status": "ABSENT"},
            {"kind": "FF_LIFT", "status": "FAULT", "fault_since": "2026-11-19T09:00:00Z"},
        ],
        "isolations": [
            {"kind": "GAS", "location": "Rear bin store"},
            {"kind": "ELEC", "location": "Basement intake room"},
        ],
        "hazards": [
            {"code": "PV", "location": "roof, S slope"},
            {"code": "EV_CHARGE", "location": "car park", "floor": "basement"},
            {"code": "HV_ELEC", "location": "sub-station SE corner"},
        ],
        "water": {
            "hydrants": [
                {"asset_id": "H1201", "distance_m": 180, "status": "DEFECTIVE"},
                {"asset_id": "H1187", "distance_m": 40, "flow_lpm": 1800, "main_mm": 100, "status": "WORKING"},
            ]
        },
        "critical_facts": [
            "Top storey 26 m, 9 floors and a basement",
            "Single stair",
            "EPS render on the south face",
            "Gas isolation: rear bin store",
            "Lift out since 19 Nov",
        ],
        "tactics_note": "Riser from the rear; lift cannot be relied on.",
    }
    facts.update(overrides)
    return RiskFacts.model_validate(facts)


def an_addition(summary: str = "Dry riser FAULT, NW stair", **overrides: Any) -> UnverifiedAddition:
    """Return a safety-critical addition that K41's crew reported ten minutes ago."""
    fields: dict[str, Any] = {
        "visit_id": "0193-visit",
        "kind": "SYSTEM",
        "summary": summary,
        "reported_at": NOW - timedelta(minutes=10),
        "callsign": "K41",
        "expires_at": NOW + timedelta(hours=72),
    }
    fields.update(overrides)
    return UnverifiedAddition(**fields)


def a_record(**overrides: Any) -> RiskRecord:
    """Return the published record of Marlowe House, level 4 raised to 5 by a defect."""
    premises = overrides.pop("premises", None) or a_premises(
        MARLOWE,
        name="Marlowe House",
        address="Marlowe House, 12–60 King Street, Wexcombe",
        postcode="XQ1 4AB",
        classification="RD06",
    )
    fields: dict[str, Any] = {
        "premises": premises,
        "version": 14,
        "revision": 20,
        "facts": high_rise_facts(),
        "score": RiskScore(base_level=4, effective_level=5, rank=39, open_defects=2, flags=("HRRB",)),
        "visited_at": NOW - timedelta(days=80),
        "published_at": NOW - timedelta(days=78),
        "review_due_on": date(2028, 9, 3),
    }
    fields.update(overrides)
    return RiskRecord(**fields)


def a_temporary_risk(what: str = "Scaffold on the east face", **overrides: Any) -> TemporaryRiskShown:
    """Return what the risk team raised at a premises until 12 December 2026."""
    fields: dict[str, Any] = {
        "risk_id": what,
        "what": what,
        "owner": "Protection",
        "source": TemporarySource.BY_HAND,
        "starts_on": NOW.date(),
        "ends_on": date(2026, 12, 12),
    }
    return TemporaryRiskShown(**(fields | overrides))


def not_yet_published(revision: int = 1) -> RiskRecord:
    """Return the record of a premises of which only a crew's unverified report is known."""
    return RiskRecord(premises=a_premises(), version=0, revision=revision, unverified=(an_addition(),))


def updated(record: RiskRecord, because_of_visit: str | None = None, at: datetime = NOW) -> RiskRecordUpdated:
    """Return the news of a record."""
    return RiskRecordUpdated(
        premises_id=record.premises.premises_id, record=record, because_of_visit=because_of_visit, changed_at=at
    )


def a_shop(premises_id: str, address: str, postcode: str = "XQ1 1AA", name: str = "", **overrides: Any) -> RiskRecord:
    """Return the small record of a shop somewhere."""
    easting, northing = overrides.pop("at", (300100.0, 130200.0))
    place = Place(easting=easting, northing=northing, latitude=51.06, longitude=-3.43)
    premises = a_premises(premises_id, name=name, address=address, postcode=postcode, place=place)
    level = overrides.pop("level", 2)
    return RiskRecord(
        premises=premises,
        version=1,
        revision=overrides.pop("revision", 1),
        facts=RiskFacts(),
        score=RiskScore(base_level=level, effective_level=level, rank=13, open_defects=0),
    )


async def copy_to_a_street(database: Database, others: int) -> None:
    """Have control show others like the one record that it shows: House 1, "1 …" and so on beside House 0, "0 …"."""
    async with database.reading() as session:
        await session.execute(text(COPIED), {"others": others})
        await session.commit()
