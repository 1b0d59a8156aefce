"""What is sealed of a visit is of one size, whatever the form lets a crew write, and in whatever script."""

import random
from typing import Any

import pytest

from schemas.visit_parts import Contact, CrewReferral, Hazard, Medium, PersonNeed
from schemas.visits import Concerns, PrivateDetails
from schemas.vocabulary import Role
from tests.builders import NOW, a_visit
from tests.system import System

VISITS = "/api/v1/visits"
SPOKEN = {"spoken_at": NOW.isoformat(), "consent_state": "REFUSED", "override_ground": "CRIME"}
LETTERS = [chr(code) for code in range(0x1F300, 0x1F600)]  # of four bytes each
EVERY = random.Random(7)


def longest(part: type[Any], field: str) -> int:
    """Return how many items the form allows in a list, or characters in a text."""
    annotation = part.model_fields[field]
    found = [getattr(each, "max_length", None) for each in annotation.metadata]
    if not any(found):  # the text is one of two things: itself, or nothing
        found = [
            getattr(each, "max_length", None)
            for choice in getattr(annotation.annotation, "__args__", ())
            for each in getattr(choice, "__metadata__", ())
        ]
    return int(next(one for one in found if one))


def words(part: type[Any], field: str, kind: str) -> str:
    """Return as much text as a field takes: of one emoji, or of many in no order, or of letters."""
    length = longest(part, field)
    if kind == "one emoji":
        return LETTERS[0] * length
    return "".join(EVERY.choices(LETTERS if kind == "many emoji" else "abcdefghijklmnopqrstuvwxyz", k=length))


def person(kind: str) -> dict[str, Any]:
    texts = {name: words(PersonNeed, name, kind) for name in ("unit_ref", "floor", "sleeps_in")}
    return texts | {"assistance": "EQUIPMENT", "consent_state": "GIVEN", "consent_at": NOW.isoformat()}


def referral(kind: str) -> dict[str, Any]:
    texts = {name: words(CrewReferral, name, kind) for name in ("note", "unit_ref", "override_note", "spoken_to")}
    return {"kind": "SG5"} | texts | SPOKEN


def hazard(kind: str) -> dict[str, Any]:
    texts = {name: words(Hazard, name, kind) for name in ("note", "basis", "location", "floor")}
    return {"code": "VIOLENCE", "review_on": "2027-05-01"} | texts


def photograph(kind: str) -> dict[str, Any]:
    texts = {name: words(Medium, name, kind) for name in ("caption", "floor")}
    return {"sha256": "a" * 64, "mime": "image/png", "bytes": 900, "contains_people": True} | texts


def contact(kind: str) -> dict[str, Any]:
    return {"role": "KEYHOLDER"} | {name: words(Contact, name, kind) for name in ("name", "phone")}


def fullest(kind: str, share: float = 1.0) -> dict[str, Any]:
    """Return as much as the form allows of all that is sealed, or a share of it."""

    def some(part: type[Any], field: str, one: Any) -> list[dict[str, Any]]:
        return [one(kind) for _ in range(max(1, int(share * longest(part, field))))]

    return {
        "people": some(Concerns, "people", person),
        "referrals": some(Concerns, "referrals", referral),
        "hazards": some(Concerns, "hazards", hazard),
        "media": some(Concerns, "media", photograph),
        "contacts": some(PrivateDetails, "contacts", contact),
        "entry_code": words(PrivateDetails, "entry_code", kind),
        "none_found": False,
    }


def ordinary(residents: int) -> dict[str, Any]:
    """Return what a crew writes of a block of flats in a long evening."""
    told = "Smoke alarm removed; the bedroom is full of paper to the ceiling and the occupier smokes in bed. "
    flats = [f"Flat {number}" for number in range(1, residents + 1)]
    need = {
        "assistance": "PHYSICAL_1",
        "consent_state": "GIVEN",
        "consent_at": NOW.isoformat(),
        "sleeps_in": "rear room",
    }
    return {
        "people": [{"unit_ref": flat, "floor": str(floor // 4), **need} for floor, flat in enumerate(flats)],
        "referrals": [
            {"kind": "SG5", "unit_ref": flat, "note": (f"{flat}. " + told * 5)[:500], **SPOKEN, "override_note": told}
            for flat in flats[:30]
        ],
    }


async def sizes(system: System) -> set[tuple[object, ...]]:
    """Return the lengths of what was sealed of each visit in the log, and of what is kept of it in the tables."""
    return set(
        await system.rows(
            "SELECT length(noted.payload->'concerns'->>'cipher_text'), "
            "length(said.payload->'private'->>'cipher_text'), "
            "length(kept.private::text), length(kept.concerns::text) FROM visits.sealed_parts AS kept "
            "JOIN platform.event_log AS said ON said.payload->>'visit_id' = kept.visit_id "
            "AND said.topic = 'visits.submitted' "
            "JOIN platform.event_log AS noted ON noted.payload->>'visit_id' = kept.visit_id "
            "AND noted.topic = 'visits.concerns-noted'"
        )
    )


async def test_the_fullest_form_that_is_taken_is_as_long_as_an_empty_one(system: System) -> None:
    crew = await system.client(Role.FIREFIGHTER)
    forms: list[dict[str, Any]] = [{}, ordinary(26), ordinary(200), fullest("one emoji", 0.4), fullest("letters", 0.1)]
    forms += [{"referrals": [referral("letters")] * 4}, {"referrals": [referral("many emoji")]}]
    for form in forms:
        answer = await crew.post(VISITS, json=a_visit(**form))
        assert answer.status_code == 202, answer.text
    assert len(await sizes(system)) == 1


@pytest.mark.parametrize("kind", ["many emoji", "letters"])
async def test_more_and_more_is_taken_at_one_size_until_it_is_refused_with_what_to_do(
    system: System, kind: str
) -> None:
    crew = await system.client(Role.FIREFIGHTER)
    await crew.post(VISITS, json=a_visit())
    answers = []
    for share in (0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.15, 0.2, 1.0):
        answer = await crew.post(VISITS, json=a_visit(**fullest(kind, share)))
        answers.append(answer.status_code)
        if answer.status_code == 422:
            reasons = answer.json()["errors"]
            assert all("send a part of it as a visit of its own" in reason["reason"] for reason in reasons), reasons
    assert answers[0] == 202
    assert answers[-1] == 422
    assert answers == sorted(answers), "what is longer is never taken where what is shorter is refused"
    assert len(await sizes(system)) == 1
