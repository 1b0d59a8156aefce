"""Risk records of the invented county as the register would tell control of them: much to say, much to find."""

from datetime import datetime, timedelta

from schemas.premises import LocatedPremises, Place
from schemas.risk_register import RiskFacts, RiskRecord, RiskScore, UnverifiedAddition
from services.matching import Entry

UNVERIFIED_EVERY = 20
FACTS = RiskFacts.model_validate(
    {
        "premises_class": "FLATS_HIGH",
        "occupancy_status": "IN_USE",
        "appliance_access": "RESTRICTED",
        "access_width_m": 3.1,
        "entry_point": "Front, through the gate",
        "height_top_storey_m": 26,
        "storeys_above": 9,
        "storeys_below": 1,
        "staircases": 1,
        "construction": ["CONCRETE_RC"],
        "max_day": 90,
        "max_night": 140,
        "sleeping": True,
        "dependency": "SOME_ASSIST",
        "evac_strategy": "STAY_PUT",
        "systems": [
            {"kind": "SMOKE_CONTROL", "status": "WORKING", "location": "Head of stair"},
            {"kind": "DRY_RISER", "status": "WORKING", "location": "North-west stair"},
            {"kind": "SPRINKLER", "status": "ABSENT"},
        ],
        "isolations": [
            {"kind": "GAS", "location": "Rear bin store"},
            {"kind": "ELEC", "location": "Basement intake room"},
        ],
        "hazards": [{"code": "PV", "location": "roof, S slope"}, {"code": "EV_CHARGE", "location": "car park"}],
        "water": {"hydrants": [{"asset_id": "H1187", "distance_m": 40, "flow_lpm": 1800, "status": "WORKING"}]},
        "critical_facts": ["Top storey 26 m, 9 floors and a basement", "Single stair", "Gas isolation: rear bin store"],
        "tactics_note": "Riser from the rear.",
    }
)


def invented_record(number: int, entry: Entry, now: datetime) -> RiskRecord:
    """Return the record of a premises: a high-rise's worth of facts, one in twenty with something unverified."""
    level = 1 + number % 5
    return RiskRecord(
        premises=_premises(entry),
        version=1,
        revision=1,
        facts=FACTS,
        score=RiskScore(base_level=level, effective_level=level, rank=level * 18, open_defects=0),
        unverified=(_addition(now),) if number % UNVERIFIED_EVERY == 0 else (),
        visited_at=now - timedelta(days=80),
        published_at=now - timedelta(days=78),
        review_due_on=(now + timedelta(days=365)).date(),
    )


def _premises(entry: Entry) -> LocatedPremises:
    easting, northing = entry.easting or 0.0, entry.northing or 0.0
    place = Place(easting=easting, northing=northing, latitude=51.06, longitude=-3.43, station_ground="Wexcombe")
    return LocatedPremises(
        premises_id=entry.premises_id, name=entry.name, address=entry.address, postcode=entry.postcode, place=place
    )


def _addition(now: datetime) -> UnverifiedAddition:
    return UnverifiedAddition(
        visit_id="bench", kind="SYSTEM", summary="Dry riser FAULT, NW stair", reported_at=now - timedelta(minutes=10),
        callsign="S1P1", expires_at=now + timedelta(hours=72),
    )  # fmt: skip
