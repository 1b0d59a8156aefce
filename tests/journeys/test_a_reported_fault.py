"""A responsible person reports a fault by the form: control's record has it until the repair is reported, then not."""

from datetime import timedelta

import pytest

from schemas.premises import ListedPremises, PremisesListed
from schemas.vocabulary import Role
from services.shared.clock import SetClock
from services.shared.service import Tools
from tests.system import System, a_system

FORM = "/report-a-fault/new"
PHONE = "01632 960123"


BLOCK = ListedPremises(
    premises_id="999900000901",
    name="Kyd House",
    address="1 King Street, Wexcombe",
    postcode="XQ1 4AB",
    easting=300150.0,
    northing=130250.0,
    classification="RD06",
)


@pytest.fixture
async def whole(tools: Tools) -> System:
    """Return the whole system with a block in the gazetteer that nobody has visited."""
    system = await a_system(tools)
    await system.say(PremisesListed(part_id="1/1", generation=1, entries=(BLOCK,)), source="premises")
    await system.settle()
    return system


async def test_from_the_form_to_controls_record_and_away_by_the_repair(whole: System, clock: SetClock) -> None:
    uprn = BLOCK.premises_id
    protection, control = await whole.client(Role.PROTECTION), await whole.client(Role.CONTROL)
    landlord = await whole.client(Role.RESPONSIBLE_PERSON)
    given = {"account": "responsible-person", "organisation": "Harbour Homes", "premises_id": uprn}
    assert (await protection.post("/responsible-persons/new", data=given)).status_code == 303
    assert (await control.get(f"/api/v1/control/premises/{uprn}")).status_code == 404, "nothing is held of it yet"

    typed = {"premises_id": uprn, "kind": "FF_LIFT", "location": "Core A", "since_on": "2026-11-20"}
    typed |= {"since_time": "08:15", "contact_name": "Ada Example", "contact_phone": PHONE, "reference": "L-7"}
    sent = await landlord.post(FORM, data=typed)
    assert sent.status_code == 303, sent.text
    await whole.settle()
    record = await control.get(f"/api/v1/control/premises/{uprn}")
    (told,) = record.json()["temporary"]
    assert (told["what"], told["says"]) == ("Fire-fighting lift FAULT, Core A", "since 20 Nov, until 20 Dec")
    assert told["said_by"] == "responsible person, not seen by a crew"
    assert PHONE not in record.text
    page = await control.get(f"/control/premises/{uprn}")
    assert "responsible person, not seen by a crew" in page.text
    assert "Fire-fighting lift, Core A" in (await protection.get("/faults")).text

    clock.move(timedelta(days=1))
    repaired = {"repaired_on": "2026-11-23", "repaired_time": "09:00"}
    assert (await landlord.post(f"{sent.headers['location']}/repaired", data=repaired)).status_code == 303
    await whole.settle()
    assert (await control.get(f"/api/v1/control/premises/{uprn}")).json()["temporary"] == []
    assert "No fault has been open for over 24 hours" in (await protection.get("/faults")).text
    assert await whole.quarantined() == []
