"""Visits to the invented county: each with something dangerous, a key code to seal, and now and then a referral."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from services.matching import Entry
from services.shared.identifiers import new_id

REFERRED_EVERY, CONCERN_EVERY = 3, 10
STATION = "S1"


def visit_body(number: int, entry: Entry, now: datetime) -> bytes:
    """Return what a tablet sends of a visit: about 2 KB, the address as its crew reads it off the door.

    Two acetylene cylinders make it safety-critical, so that control is shown it without waiting for review.
    """
    return json.dumps(_visit(number, entry, now)).encode()


def alone(entries: Sequence[Entry], count: int) -> list[Entry]:
    """Return so many premises that can be told from every other: no flats."""
    return [entry for entry in entries if not entry.address.startswith("Flat ")][:count]


def _visit(number: int, entry: Entry, now: datetime) -> dict[str, Any]:
    began, ended = now - timedelta(minutes=50), now - timedelta(minutes=5)
    visit: dict[str, Any] = {
        "submission_id": str(new_id(now)),
        "schema_version": "1",
        "device_id": "tablet-07",
        "app_version": "1.0.0",
        "visit_kind": "NEW_SSRI",
        "review_method": "PHYSICAL",
        "outcome": "COMPLETED",
        "started_at": began.isoformat(),
        "ended_at": ended.isoformat(),
        "submitted_at": (now - timedelta(minutes=1)).isoformat(),
        "lead_officer_id": "firefighter",
        "crew_ids": ["ff-31", "ff-32", "ff-33"],
        "station": STATION,
        "watch": "RED",
        "callsign": "S1P1",
        "address": {"written": ", ".join(part for part in (entry.name, entry.address, entry.postcode) if part)},
        "premises_class": "FACTORY",
        "occupancy_status": "IN_USE",
        "appliance_access": "GOOD",
        "height_top_storey_m": 0,
        "storeys_above": 1,
        "storeys_below": 0,
        "floor_area_m2": 220,
        "construction": ["MASONRY", "STEEL"],
        "max_day": 4,
        "max_night": 0,
        "sleeping": False,
        "dependency": "INDEPENDENT",
        "evac_strategy": "SIMULTANEOUS",
        "water": {"none_within_100m": True},
        "isolations": [{"kind": "ELEC", "location": "Office wall"}, {"kind": "GAS", "location": "Left of the door"}],
        "hazards": [
            {"code": "CYL_ACETYLENE", "count": 2, "location": "Workshop, rear wall"},
            {"code": "FLAM_LIQ", "location": "Drum store", "qty": 400, "unit": "L", "un_no": "1203"},
        ],
        "critical_facts": ["Two acetylene cylinders, rear wall", "Open pit inside the door"],
        "contacts": [{"role": "KEYHOLDER", "name": "Ada Example", "phone": "01632 960001"}],
        "entry_code": "1234",
        "likelihood": 3,
        "severity": {"FF": 4, "PUB": 3, "ENV": 2, "COM": 2, "HER": 0, "ECO": 1},
        "sign_off": {"declaration": True, "lead_competent": True},
    }
    referrals = []
    if number % REFERRED_EVERY == 0:
        referrals.append({"kind": "BS3", "note": "The owner asks for advice on storing cylinders."})
    if number % CONCERN_EVERY == 0:
        referrals.append({"kind": "SG10", "note": "Would like a home safety visit.", "consent_state": "GIVEN"})
    return visit | ({"referrals": referrals} if referrals else {})
