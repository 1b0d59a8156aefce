"""What a service shows live on everybody's pages: each process knows of it, and the one door leads to its owner."""

from typing import Any

import pytest

from services.command_line.wiring import SERVICES, assemble
from services.shared.service import Banner, Tools
from services.shared.web.middleware import Gate
from tests.house.test_deploy import kubernetes, service_for
from tests.house.test_house import doors


def banners(tools: Tools) -> list[tuple[str, Banner]]:
    found = [(name, banner) for name, build in SERVICES.items() for banner in build(tools).banners]
    assert found
    return found


@pytest.mark.parametrize("name", [*SERVICES, ""])
def test_every_process_puts_every_banner_on_its_pages(wired: Tools, name: str) -> None:
    app, _ = assemble(wired, [name] if name else [], relays=False)
    gates: list[Any] = [each for each in app.user_middleware if getattr(each.cls, "__name__", "") == Gate.__name__]
    assert [gate.kwargs["banners"] for gate in gates] == [[banner for _, banner in banners(wired)]]


def test_the_proxy_and_the_ingress_lead_a_banner_to_the_service_that_owns_it(wired: Tools) -> None:
    rules = [rule for each in kubernetes() if each["kind"] == "Ingress" for rule in each["spec"]["rules"]]
    paths: list[dict[str, Any]] = [path for rule in rules for path in rule["http"]["paths"]]
    for name, banner in banners(wired):
        assert service_for(banner.url) == name
        nearest = max(
            (path for path in paths if path["pathType"] == "Prefix" and banner.url.startswith(path["path"])),
            key=lambda path: len(path["path"]),
        )
        assert nearest["backend"]["service"]["name"] == name


def test_a_banner_may_be_asked_for_by_exactly_those_who_are_shown_it(wired: Tools) -> None:
    for _, banner in banners(wired):
        (door,) = [each for each in doors(wired) if each.path == banner.url]
        assert {str(role) for role in door.declared[0].roles} == set(banner.roles)  # type: ignore[union-attr]
        assert banner.when_lost.endswith(".")


def test_an_open_page_asks_every_five_seconds_and_says_after_twelve_that_it_cannot(wired: Tools) -> None:
    """The tests in a browser ask more often; in use it is as docs/decisions/0008 says."""
    assert {(banner.every_s, banner.lost_after_s) for _, banner in banners(wired)} == {(5.0, 12.0)}
