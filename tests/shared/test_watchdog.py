"""Whoever holds the event loop holds every page: it is told by its route, never by its address."""

import asyncio
import logging
import re
import time

import pytest
from fastapi import APIRouter

from schemas.vocabulary import Role
from services.shared.identity import anyone
from tests.services.control_site import Site, running
from tests.system import System

ROUTE = "/api/v1/held/{name}"


def blocking_router() -> APIRouter:
    """Return a route that holds the loop as a bad pattern does, and one whose own task does."""
    router = APIRouter(dependencies=[anyone()])

    @router.get(ROUTE)
    async def hold(name: str, seconds: float) -> str:
        """Hold the loop."""
        time.sleep(seconds)  # noqa: ASYNC251  # this is what is tested
        return "held"

    @router.get("/api/v1/held-by-a-task/{name}")
    async def hold_in_a_task(name: str) -> str:
        """Hold the loop from a task that the request started."""

        async def work() -> None:
            time.sleep(0.4)  # noqa: ASYNC251  # this is what is tested

        await asyncio.create_task(work())
        return "held"

    return router


def told(log: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in log.records if record.name == "services.shared.watchdog"]


async def metrics(site: Site) -> str:
    client = await site.system.client()
    return (await client.get("/metrics")).text


def count(text: str, held_by: str) -> float:
    found = re.search(rf'ravi_loop_blocked_total{{held_by="{re.escape(held_by)}"}} (\S+)', text)
    return float(found[1]) if found else 0.0


async def test_a_blocked_loop_is_told_with_its_route_and_counted(
    system: System, caplog: pytest.LogCaptureFixture
) -> None:
    system.app.include_router(blocking_router())
    caplog.set_level(logging.WARNING)
    async with running(system) as site, await site.machine(Role.CONTROL) as control:
        before = count(await metrics(site), f"GET {ROUTE}")
        answer = await control.get("/api/v1/held/Flat-3-a-secret", params={"seconds": 0.4})
        assert answer.status_code == 200
        (line,) = [line for line in told(caplog) if f"by GET {ROUTE}" in line]
        held_ms = float(line.partition("held for ")[2].partition(" ms")[0])
        assert 390 < held_ms < 5000
        text = await metrics(site)
    assert count(text, f"GET {ROUTE}") == before + 1
    assert "secret" not in line + text
    assert re.search(r"ravi_loop_lag_seconds_count [1-9]", text), "the lag is measured"


async def test_a_short_step_is_not_told(system: System, caplog: pytest.LogCaptureFixture) -> None:
    system.app.include_router(blocking_router())
    async with running(system) as site, await site.machine(Role.CONTROL) as control:
        await control.get("/api/v1/held/first", params={"seconds": 0})
        caplog.clear()
        await control.get("/api/v1/held/shortly", params={"seconds": 0.001})
        assert [line for line in told(caplog) if ROUTE in line] == []


async def test_a_task_that_a_request_started_is_told_by_the_route(
    system: System, caplog: pytest.LogCaptureFixture
) -> None:
    system.app.include_router(blocking_router())
    async with running(system) as site, await site.machine(Role.CONTROL) as control:
        await control.get("/api/v1/held-by-a-task/x")
        assert any("by GET /api/v1/held-by-a-task/{name}" in line for line in told(caplog))


async def test_what_works_in_the_background_is_told_by_its_name(
    system: System, caplog: pytest.LogCaptureFixture
) -> None:
    async def work() -> None:
        time.sleep(0.4)  # noqa: ASYNC251  # this is what is tested

    async with running(system):
        await asyncio.create_task(work(), name="reader of control")
        assert any("by reader of control" in line for line in told(caplog))
