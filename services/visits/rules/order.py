"""The order of the page: what is wrong with a visit is told from the top of the form to its end."""

from collections.abc import Iterable

from services.domain.counting import counted
from services.shared.errors import FieldReason

# Every field of the form as it stands on the page, from section A to section N.
FIELDS_IN_ORDER = (
    "submission_id", "schema_version", "device_id", "app_version",
    "visit_kind", "incident_no", "base_record_version", "amends", "review_method", "outcome", "outcome_note",
    "started_at", "ended_at", "submitted_at", "lead_officer_id", "station", "callsign", "watch", "crew_ids",
    "address", "uprn", "unit_uprn", "unit_ref", "site_polygon", "device_point", "premises_class", "occupancy_status",
    "contacts",
    "appliance_access", "access_note", "access_width_m", "access_height_m", "access_weight_t", "rvp", "entry_point",
    "key_safe", "entry_code", "sib",
    "height_top_storey_m", "storeys_above", "storeys_below", "floor_area_m2", "construction", "external_wall",
    "fraew_rating", "roof", "voids", "pv_panels", "compartment_concern",
    "max_day", "max_night", "staircases", "sleeping", "dependency", "evac_strategy", "assembly_point",
    "systems", "isolations",
    "none_found", "hazards",
    "water",
    "critical_facts", "tactics_note", "pda_suggestion", "sector_note", "salvage_priorities",
    "people",
    "likelihood", "severity", "override",
    "referrals",
    "media",
    "sign_off",
)  # fmt: skip
_PLACE = {name: place for place, name in enumerate(FIELDS_IN_ORDER)}


def in_page_order(reasons: Iterable[FieldReason]) -> tuple[FieldReason, ...]:
    """Return the reasons from the top of the form to its end, the lines of a group by their number.

    What is no field of the form comes last.

    Policy: docs/domain/3.md (vague errors: a sender is told every field and its reason).
    """
    return tuple(sorted(reasons, key=_place))


def _place(reason: FieldReason) -> tuple[int, int]:
    name, *rest = reason.pointer.removeprefix("/").split("/")
    numbers = [number for step in rest if (number := counted(step)) is not None]
    return _PLACE.get(name, len(_PLACE)), numbers[0] if numbers else -1
