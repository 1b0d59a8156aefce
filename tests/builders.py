"""Builders of test data: sensible defaults of invented people and places, override what matters."""

from datetime import UTC, datetime, timedelta
from typing import Any

from schemas.premises import LocatedPremises, Place
from schemas.visits import VisitSubmission
from services.shared.identifiers import new_id

NOW = datetime(2026, 11, 22, 14, 2, tzinfo=UTC)


def a_visit(at: datetime = NOW, **overrides: Any) -> dict[str, Any]:
    """Return the body of a visit submission to a shop, started 50 minutes and sent 2 minutes before `at`."""
    body: dict[str, Any] = {
        "submission_id": str(new_id(at)),
        "schema_version": "1",
        "device_id": "tablet-07",
        "app_version": "1.0.0",
        "visit_kind": "NEW_SSRI",
        "review_method": "PHYSICAL",
        "outcome": "COMPLETED",
        "started_at": (at - timedelta(minutes=50)).isoformat(),
        "ended_at": (at - timedelta(minutes=5)).isoformat(),
        "submitted_at": (at - timedelta(minutes=2)).isoformat(),
        "lead_officer_id": "firefighter",
        "crew_ids": ["ff-31", "ff-32"],
        "station": "S1",
        "watch": "RED",
        "callsign": "S1P1",
        "address": {"number": "14", "street": "Quay Street", "town": "Wexcombe", "postcode": "XQ1 1AA"},
        "premises_class": "SHOP",
        "occupancy_status": "IN_USE",
        "contacts": [{"role": "KEYHOLDER", "name": "Ada Example", "phone": "01632 960001"}],
        "appliance_access": "GOOD",
        "height_top_storey_m": 3.1,
        "storeys_above": 2,
        "storeys_below": 0,
        "floor_area_m2": 180,
        "construction": ["MASONRY"],
        "max_day": 12,
        "max_night": 0,
        "sleeping": False,
        "dependency": "INDEPENDENT",
        "evac_strategy": "SIMULTANEOUS",
        "isolations": [
            {"kind": "ELEC", "location": "cupboard by the door"},
            {"kind": "GAS", "location": "meter box, side wall"},
        ],
        "water": {"hydrants": [{"asset_id": "H12", "distance_m": 40, "status": "WORKING"}]},
        "none_found": True,
        "likelihood": 2,
        "severity": {"FF": 2, "PUB": 2, "ENV": 1, "COM": 1, "HER": 0, "ECO": 1},
        "sign_off": {"declaration": True, "lead_competent": True},
    }
    body.update(overrides)
    return body


def a_submission(at: datetime = NOW, **overrides: Any) -> VisitSubmission:
    """Return a visit submission as a model."""
    return VisitSubmission.model_validate(a_visit(at, **overrides))


def a_premises(premises_id: str = "999900000014", **overrides: Any) -> LocatedPremises:
    """Return a located premises: a shop in an invented street."""
    fields: dict[str, Any] = {
        "premises_id": premises_id,
        "name": "The Corner Stores",
        "address": "14 Quay Street, Wexcombe",
        "postcode": "XQ1 1AA",
        "classification": "CR",
        "place": Place(
            easting=300100.0,
            northing=130200.0,
            latitude=51.06,
            longitude=-3.43,
            station_ground="Wexcombe Quay",
            district="Wexcombe",
            border_distance_m=4200.0,
        ),
    }
    fields.update(overrides)
    return LocatedPremises(**fields)
