"""Every role meets every kind of referral by every road, and finds exactly what the table of rights gives it."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from schemas.vocabulary import Role
from services.shared.service import Tools
from tests.cases import table
from tests.conftest import Templates
from tests.services.referrals_desk import REFERRALS, send
from tests.system import System, a_system

CASES = table("referral_rights")
SENT: list[dict[str, str]] = CASES["referrals"]
NAMES = [each["name"] for each in SENT]
RIGHTS: dict[str, dict[str, str]] = {role: dict(zip(NAMES, row, strict=True)) for role, row in CASES["rights"].items()}
DECIDE_MARKERS = (Role.HEALTH_AND_SAFETY, Role.SAFEGUARDING)
NEEDED = {
    "RI6": {"override_ground": "CRIME", "override_note": "seen by two of us"},
    "SG10": {"consent_state": "GIVEN"},
}


@pytest.fixture(scope="module")
async def ids(templates: Templates) -> dict[str, str]:
    """Return the id of each referral of the table by its name, in the database that every test here copies."""
    sent: dict[str, str] = {}

    async def fill(tools: Tools) -> None:
        desk = await a_system(tools, ("visits", "referrals"))
        sent.update(await send_one_of_each(desk))
        await desk.close()

    await templates.filled("referral_rights", fill)
    return sent


@pytest.fixture
def template(ids: dict[str, str]) -> str:
    """Return the database that holds one of each referral."""
    assert list(ids) == NAMES
    return "referral_rights"


@pytest.fixture
async def desk(tools: Tools) -> AsyncIterator[System]:
    """Return visits and referrals on this test's database."""
    whole = await a_system(tools, ("visits", "referrals"))
    yield whole
    await whole.close()


async def send_one_of_each(desk: System) -> dict[str, str]:
    """Send the referrals of the table, and return the id of each by its name."""
    ids = {}
    for each in SENT:
        kind = each["kind"]
        referral = {"kind": kind, "note": f"about {kind}"} | NEEDED.get(kind, {})
        visit_id = await send(desk, referral, station=each["station"])
        [(found,)] = await desk.rows(
            f"SELECT id FROM referrals.referrals WHERE visit_id = '{visit_id}' "
            f"UNION SELECT id FROM safeguarding.cases WHERE visit_id = '{visit_id}'"
        )
        ids[each["name"]] = str(found)
    return ids


async def answers(client: httpx.AsyncClient, referral_id: str) -> dict[str, httpx.Response]:
    """Return what each road to a referral answers. Nothing can be closed yet: who may work it is told so."""
    body: dict[str, Any] = {"version": 1, "outcome": "OTHER", "words": "done"}
    form = {"version": "1", "outcome": "OTHER", "words": "done"}
    return {
        "page": await client.get(f"/referrals/{referral_id}"),
        "API": await client.post(f"{REFERRALS}/{referral_id}/close", json=body),
        "form": await client.post(f"/referrals/{referral_id}/close", data=form),
        "seal": await client.post(f"/referrals/{referral_id}/open", data={"purpose": "DECIDE"}),
    }


def test_the_table_has_every_role_and_every_referral() -> None:
    assert set(RIGHTS) == {role.value for role in Role}


@pytest.mark.parametrize("role", Role)
async def test_a_role_finds_what_the_table_gives_it_and_of_the_rest_not_that_it_exists(
    desk: System, ids: dict[str, str], role: Role
) -> None:
    rights = RIGHTS[role.value]
    client = await desk.client(role)
    readable = {name for name, right in rights.items() if right != "-"}
    listing = await client.get(REFERRALS)
    if not readable:
        assert listing.status_code == 403
    else:
        assert {each["id"] for each in listing.json()["referrals"]} == {ids[name] for name in readable}
    nothing = await answers(client, str(uuid4()))
    for name, right in rights.items():
        found = await answers(client, ids[name])
        statuses = {road: answer.status_code for road, answer in found.items()}
        if right == "-":
            assert set(statuses.values()) <= {403, 404}, name
            assert {road: answer.json() for road, answer in found.items()} == {
                road: answer.json() for road, answer in nothing.items()
            }, name
            continue
        assert statuses["page"] == 200, name
        assert (statuses["API"], statuses["form"]) == ((409, 409) if right == "W" else (403, 403)), name
        may_open = name in ("RI6", "SG2", "SG10") or (name == "RI9" and role in DECIDE_MARKERS)
        assert statuses["seal"] == (303 if may_open else 404), name


@pytest.mark.parametrize("role", [Role(role) for role, rights in RIGHTS.items() if set(rights.values()) != {"-"}])
async def test_the_desks_of_a_role_show_the_same_and_a_button_only_to_who_works_it(
    desk: System, ids: dict[str, str], role: Role
) -> None:
    rights = RIGHTS[role.value]
    client = await desk.client(role)
    pages = {}
    for number in range(1, 7):
        page = await client.get(f"/referrals?desk={number}")
        if page.status_code == 200:
            pages[number] = page.text
    shown = "".join(pages.values())
    for name, right in rights.items():
        assert (f'href="/referrals/{ids[name]}"' in shown) is (right != "-"), name
        assert (f'action="/referrals/{ids[name]}/acknowledge"' in shown) is (right == "W"), name
    for name in (name for name, right in rights.items() if right == "R"):
        text = (await client.get(f"/referrals/{ids[name]}")).text
        assert "the desk that it was sent to deals with it" in text, name
        assert 'action="/referrals/' not in text.replace(f'action="/referrals/{ids[name]}/open"', ""), name


async def test_an_officer_without_a_station_reads_no_building_safety(desk: System) -> None:
    officer = await desk.client(Role.OFFICER_IN_CHARGE, station=None)
    listed = (await officer.get(REFERRALS)).json()["referrals"]
    assert {each["kind"] for each in listed} == {"RI1", "RI8", "RI9"}
