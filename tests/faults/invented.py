"""The visits of a run, drawn from one seed: what each tells, how it is sent, and what must come of it."""

import csv
import json
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from random import Random
from typing import Any

from services.command_line.sample import DEMO
from tests.builders import a_visit

KINDS = {"danger": 45, "plain": 15, "written": 15, "nowhere": 5, "concern": 10, "referred": 10}
LETTERS = "bcdfghjklmnpqrstvwxz"


class Sending(StrEnum):
    """How a device sends a visit."""

    ONCE = "once"
    AGAIN = "again"  # the receipt came, and the device sends once more
    RACE = "race"  # three at once, as three tablets of one crew do
    OTHER_WORDS = "other words"  # another content under an id that was taken


HOW_OFTEN = {Sending.ONCE: 88, Sending.AGAIN: 6, Sending.RACE: 4, Sending.OTHER_WORDS: 2}


@dataclass(frozen=True)
class Planned:
    """One visit, how it is sent, and what must come of it.

    `danger` is the place of its cylinders, worded as no other visit words it; `referrals` are the kinds that its open
    streams raise, `cases` the kinds for the restricted desk; `planted` is a word that nobody but that desk may find.
    """

    body: dict[str, Any]
    sending: Sending
    premises_id: str | None
    may_be_located: bool
    danger: str | None
    referrals: frozenset[str]
    cases: tuple[str, ...]
    planted: str | None

    @property
    def visit_id(self) -> str:
        """Return the id that its device gave it."""
        return str(self.body["submission_id"])

    def content(self) -> bytes:
        """Return what the device sends."""
        return json.dumps(self.body).encode()

    def other_content(self) -> bytes:
        """Return other words under the same id."""
        other = deepcopy(self.body)
        other["contacts"] = [{"role": "KEYHOLDER", "name": "Somebody Else", "phone": "01632 960002"}]
        return json.dumps(other).encode()


def standing_alone() -> list[dict[str, str]]:
    """Return the premises of the invented area that are in use and no flats."""
    with (DEMO / "area" / "premises.csv").open(newline="", encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if not row["parent_id"] and row["logical_status"] == "1"]
    return [row for row in rows if row["classification"][:2] in ("RD", "CR", "CO", "CI")]


def planned(seed: int, count: int) -> list[Planned]:
    """Return the visits of a run; the same seed gives the same, but for the ids and the times of day."""
    random, premises = Random(seed), standing_alone()
    kinds = random.choices(list(KINDS), list(KINDS.values()), k=count)
    sendings = random.choices(list(HOW_OFTEN), list(HOW_OFTEN.values()), k=count)
    return [
        _planned(number, kind, sending, random.choice(premises), random)
        for number, (kind, sending) in enumerate(zip(kinds, sendings, strict=True))
    ]


def _planned(number: int, kind: str, sending: Sending, place: dict[str, str], random: Random) -> Planned:
    body = a_visit(datetime.now(UTC))
    body["submission_id"] = _random_id(random, body["submission_id"])
    if kind == "nowhere":
        body["address"] = {"written": f"behind the old barn, track {number}"}
    elif kind == "written":
        body["address"] = {"written": f"{place['address']}, {place['postcode']}"}
    else:
        body["uprn"] = place["premises_id"]
        del body["address"]
    danger = None
    if kind in ("danger", "written", "concern"):
        danger = f"store {number}, behind the north wall"
        body |= {
            "hazards": [{"code": "CYL_ACETYLENE", "count": 2, "location": danger}],
            "none_found": False,
        }
    planted = "".join(random.choices(LETTERS, k=14)) if kind == "concern" else None
    if planted:
        body |= _restricted(planted)
    if kind == "referred":
        body["referrals"] = [{"kind": "BS3", "note": "the owner asks for advice"}]
    return Planned(
        body=body,
        sending=sending,
        premises_id=body.get("uprn"),
        may_be_located=kind != "nowhere",
        danger=danger,
        referrals=frozenset({"BS3"}) if kind == "referred" else frozenset(),
        cases=("RI6", "SG3") if planted else (),
        planted=planted,
    )


def _random_id(random: Random, made: str) -> str:
    """Return an id of its time whose other half comes of the seed."""
    return made[:19] + f"{random.choice('89ab')}{random.getrandbits(12):03x}-{random.getrandbits(48):012x}"


def _restricted(planted: str) -> dict[str, Any]:
    """Return sections J and SG, contacts and entry code with the planted word in all that takes words."""
    now = datetime.now(UTC).isoformat()
    concern = {
        "kind": "SG3",
        "note": f"neighbour says {planted} happened",
        "unit_ref": f"flat {planted}",
        "consent_state": "NOT_SAFE_TO_ASK",
        "override_ground": "COERCION",
        "override_note": f"because of {planted}",
        "spoken_to": f"{planted} duty desk",
        "spoken_at": now,
    }
    crime = {"kind": "RI6", "note": f"{planted} in the yard", "consent_state": "NOT_SAFE_TO_ASK"}
    crime |= {"override_ground": "CRIME", "override_note": f"{planted} again"}
    person = {
        "unit_ref": "flat 7",
        "floor": "2",
        "assistance": "PHYSICAL_1",
        "sleeps_in": f"{planted} room",
        "consent_state": "GIVEN",
        "consent_at": now,
    }
    return {
        "people": [person],
        "referrals": [concern, crime],
        "contacts": [{"role": "KEYHOLDER", "name": f"{planted} Example", "phone": "01632 960001"}],
        "entry_code": f"{planted} 4711",
    }
