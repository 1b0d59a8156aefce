"""What each field of the form is called on the page; a star stands for the number of a line."""

import re
from collections.abc import Mapping

from services.visits.rules.remarks import Remark

SECTIONS: tuple[tuple[str, str], ...] = (
    ("a", "Visit"),
    ("b", "Premises"),
    ("c", "Access"),
    ("d", "Building"),
    ("e", "Occupancy"),
    ("f", "Systems"),
    ("g", "Hazards"),
    ("h", "Water"),
    ("i", "Tactical"),
    ("j", "People"),
    ("k", "Score"),
    ("l", "Referrals"),
    ("m", "Photographs"),
    ("n", "Sign-off"),
)

_LABELS: Mapping[str, Mapping[str, str]] = {
    "a": {
        "submission_id": "Number of this visit",
        "visit_kind": "Why did you go?",
        "review_method": "How did you gather the facts?",
        "outcome": "How did it end?",
        "outcome_note": "Why was it not completed?",
        "started_at": "Started",
        "ended_at": "Ended",
        "submitted_at": "Sent",
        "lead_officer_id": "Officer who led",
        "station": "Station",
        "watch": "Watch",
        "callsign": "Callsign",
        "crew_ids": "Others in the crew",
        "incident_no": "Incident number",
        "base_record_version": "Version of the risk record you had with you",
    },
    "b": {
        "address/written": "Address in one line",
        "address/name": "Building name",
        "address/number": "Number",
        "address/street": "Street",
        "address/town": "Town or village",
        "address/postcode": "Postcode",
        "uprn": "UPRN",
        "unit_ref": "Flat or unit",
        "premises_class": "What sort of premises is it?",
        "occupancy_status": "Is it in use?",
        "contacts/*/role": "Who is this?",
        "contacts/*/name": "Name",
        "contacts/*/phone": "Telephone",
    },
    "c": {
        "appliance_access": "Can an appliance get there?",
        "access_note": "What restricts the access?",
        "access_width_m": "Width in metres",
        "access_height_m": "Height in metres",
        "access_weight_t": "Weight limit in tonnes",
        "rvp/point": "Rendezvous point",
        "entry_point": "Way in",
        "key_safe": "Key safe",
        "entry_code": "Entry code",
        "sib/present": "Is there a secure information box?",
        "sib/location": "Where is the box?",
        "sib/last_checked": "When was the box last checked?",
    },
    "d": {
        "height_top_storey_m": "Height of the top storey in metres",
        "storeys_above": "Storeys above ground",
        "storeys_below": "Storeys below ground",
        "floor_area_m2": "Floor area in square metres",
        "construction": "What is it built of?",
        "external_wall": "External wall",
        "fraew_rating": "Appraisal of the external wall (FRAEW)",
        "roof": "Roof",
        "voids": "Voids",
        "pv_panels": "Are there solar panels?",
        "compartment_concern": "Did you see compartments that are broken or open?",
    },
    "e": {
        "max_day": "Most people by day",
        "max_night": "Most people at night",
        "sleeping": "Does anybody sleep there?",
        "dependency": "Can they get out by themselves?",
        "evac_strategy": "Evacuation strategy",
        "staircases": "Staircases",
        "assembly_point": "Assembly point",
    },
    "f": {
        "systems/*/kind": "System",
        "systems/*/status": "Does it work?",
        "systems/*/location": "Where is it?",
        "systems/*/fault_since": "Out of order since",
        "systems/*/reported_to_frs": "Was the fault reported to us?",
        "isolations/*/kind": "Supply",
        "isolations/*/location": "Where is it shut off?",
    },
    "g": {
        "none_found": "None found",
        "hazards/*/code": "Hazard",
        "hazards/*/qty": "How much?",
        "hazards/*/unit": "Unit",
        "hazards/*/location": "Where is it?",
        "hazards/*/floor": "Floor",
        "hazards/*/un_no": "UN number",
        "hazards/*/note": "What else must a crew know?",
        "hazards/*/count": "How many cylinders?",
        "hazards/*/bess/capacity_mwh": "Capacity in MWh",
        "hazards/*/bess/chemistry": "Chemistry",
        "hazards/*/bess/containers": "Containers",
        "hazards/*/bess/separation_m": "Separation between containers in metres",
        "hazards/*/bess/suppression": "Suppression",
        "hazards/*/bess/gas_detection": "Is there gas detection?",
        "hazards/*/bess/water_run_off": "Where does water run off to?",
        "hazards/*/comah_tier": "COMAH tier",
        "hazards/*/basis": "What does the marker rest on?",
        "hazards/*/review_on": "Review the marker by",
        "hazards/*/clutter/bedroom": "Bedroom, 1 to 9",
        "hazards/*/clutter/kitchen": "Kitchen, 1 to 9",
        "hazards/*/clutter/living": "Living room, 1 to 9",
    },
    "h": {
        "water/hydrants/*/asset_id": "Hydrant number",
        "water/hydrants/*/distance_m": "Distance in metres",
        "water/hydrants/*/flow_lpm": "Flow in litres a minute",
        "water/hydrants/*/status": "Does it work?",
        "water/none_within_100m": "No hydrant within 100 m",
        "water/open_water": "Open water",
        "water/adequate": "Is the water enough?",
    },
    "i": {
        "critical_facts/*": "Critical fact",
        "tactics_note": "Tactics",
        "pda_suggestion": "Suggested attendance",
        "salvage_priorities": "What to save first",
    },
    "j": {
        "people/*/unit_ref": "Flat or unit",
        "people/*/floor": "Floor",
        "people/*/assistance": "What help do they need to get out?",
        "people/*/sleeps_in": "Which room do they sleep in?",
        "people/*/ees_exists": "Is there a written evacuation statement?",
        "people/*/consent_state": "Did they agree that we keep this?",
    },
    "k": {
        "likelihood": "How likely is a fire?",
        "severity/FF": "Firefighters",
        "severity/PUB": "Public",
        "severity/ENV": "Environment",
        "severity/COM": "Community",
        "severity/HER": "Heritage",
        "severity/ECO": "Economy",
        "override/level": "Should the level be another one?",
        "override/reason": "Why?",
    },
    "l": {
        "referrals/*/kind": "What is it about?",
        "referrals/*/note": "What did you see?",
        "referrals/*/unit_ref": "Flat or unit",
        "referrals/*/consent_state": "What did the person answer?",
        "referrals/*/override_ground": "Ground for sharing without consent",
        "referrals/*/override_note": "Why does the ground apply?",
        "referrals/*/spoken_to": "Who did you speak to?",
        "referrals/*/spoken_at": "When did you speak to them?",
    },
    "m": {},
    "n": {
        "sign_off/declaration": "Signed off",
        "sign_off/lead_competent": "Is the officer who led certified to lead these visits?",
    },
}
LABELS: Mapping[str, str] = {path: words for fields in _LABELS.values() for path, words in fields.items()}
_SECTION_OF = {path: section for section, fields in _LABELS.items() for path in fields}

# What is said of a remark before a visit is sent, and the field at which it can be mended.
BEFORE_SENDING: Mapping[Remark, tuple[str, str]] = {
    Remark.SENT_LATE: (
        "The visit ended more than 7 days ago. If the date is right, the reviewer is told that it comes late.",
        "ended_at",
    ),
    Remark.POINT_INACCURATE: (
        "The tablet's position is no better than 100 m. Take it again in the open, or write the address in full.",
        "address/written",
    ),
    Remark.FAULT_WITHOUT_PHOTO: (
        "Something is out of order and there is no photograph of it. This page cannot send one: "
        "say exactly what and where it is.",
        "systems/0/location",
    ),
    Remark.LEAD_NOT_COMPETENT: (
        "You say that the officer who led is not certified yet. The visit is taken, and checked for quality.",
        "sign_off/lead_competent",
    ),
    Remark.LEVEL_DIFFERS: (
        "The level you set is not the one that your own answers give. If you are sure, send it: the reviewer decides.",
        "override/level",
    ),
    Remark.OVERRIDE_REFUSED: (
        "The level you set cannot stand, because your answers allow none so low or no reason is given. "
        "Leave it empty, or look at the severities again.",
        "override/level",
    ),
    Remark.LIKELIHOOD_DOUBTED: (
        "The likelihood is not the usual one for such premises. Look at it again; if it is right, "
        "set the level it gives and say why.",
        "likelihood",
    ),
}

# Where a reason about a whole group is shown: at the first field of it.
_FIRST_OF_GROUP: Mapping[str, str] = {
    "address": "address/written",
    "contacts": "contacts/0/name",
    "sib": "sib/present",
    "systems": "systems/0/kind",
    "isolations": "isolations/0/kind",
    "water": "water/none_within_100m",
    "hazards": "hazards/0/code",
    "hazards/*/bess": "hazards/*/bess/capacity_mwh",
    "hazards/*/clutter": "hazards/*/clutter/bedroom",
    "critical_facts": "critical_facts/0",
    "severity": "severity/FF",
    "sign_off": "sign_off/declaration",
    "device_point": "address/written",
}


def starred(path: str) -> str:
    """Return a path with a star for each line number: "hazards/*/code" for "hazards/2/code"."""
    return re.sub(r"(?<=/)\d+(?=/|$)", "*", path)


def shown_at(path: str) -> str:
    """Return the field on the page at which a reason about a path is shown."""
    first = _FIRST_OF_GROUP.get(starred(path))
    if first is None:
        return path
    numbers = iter(re.findall(r"(?<=/)\d+(?=/|$)", path))
    return re.sub(r"\*", lambda _star: next(numbers), first)


def label_of(path: str) -> str:
    """Return what a field is called."""
    return LABELS.get(starred(path), path.replace("_", " ").replace("/", ", "))


def section_of(path: str) -> str:
    """Return the letter of the section a field is in, in lower case; "a" for one that is on no page."""
    return _SECTION_OF.get(starred(path), "a")


def line_number(path: str) -> int | None:
    """Return the number of the line a field is on, counted from 1 as people do; None where there are no lines."""
    numbers = re.findall(r"(?<=/)\d+(?=/|$)", path)
    return int(numbers[0]) + 1 if numbers else None
