"""Who may use which route stands in one table that anybody can read, and every cell of it is what the product does."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from fastapi.routing import APIRoute

from schemas.vocabulary import Role
from services.command_line.wiring import SERVICES, assemble
from services.shared.identity import Anyone, May
from services.shared.service import Tools

TABLE = Path("tests/cases/rights.yaml")
SIGNED_IN, OPEN = ["whoever is signed in"], ["anyone"]


def who_may(call: May | Anyone) -> list[str]:
    """Return what the table says of a route that declares this."""
    if isinstance(call, Anyone):
        return OPEN
    return sorted(role.value for role in call.roles) or SIGNED_IN


def declared(tools: Tools) -> dict[str, list[str]]:
    """Return who may use each route of the whole system, by method and address."""
    app, _ = assemble(tools, list(SERVICES), relays=False)
    found: dict[str, list[str]] = {}
    for route in app.routes:
        if isinstance(route, APIRoute):
            calls = [dependant.call for dependant in route.dependant.dependencies]
            (access,) = (call for call in calls if isinstance(call, May | Anyone))
            for method in sorted(route.methods or ()):
                found[f"{method} {route.path}"] = who_may(access)
    return found


def table() -> dict[str, list[str]]:
    """Return the table as it is written."""
    written: dict[str, list[str]] = yaml.safe_load(TABLE.read_text())
    return written


def test_the_table_names_every_route_and_no_other(wired: Tools) -> None:
    assert sorted(table()) == sorted(declared(wired))


@pytest.mark.parametrize("who", [*(role.value for role in Role), *SIGNED_IN, *OPEN])
def test_every_cell_of_the_table_is_what_the_product_does(wired: Tools, who: str) -> None:
    def column(rights: dict[str, list[str]]) -> dict[str, bool]:
        return {route: who in allowed for route, allowed in rights.items()}

    assert column(declared(wired)) == column(table())


def test_the_table_names_roles_that_there_are(wired: Tools) -> None:
    named: set[Any] = {who for allowed in table().values() for who in allowed}
    assert named <= {role.value for role in Role} | {*SIGNED_IN, *OPEN}
