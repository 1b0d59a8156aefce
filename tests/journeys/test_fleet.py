"""Tablets that were without signal send all that waits at once, by the app's own sending module."""

import shutil

import pytest

from tests.fleet.__main__ import Fleet, faults_of, let_send

pytestmark = pytest.mark.slow


@pytest.mark.skipif(shutil.which("node") is None, reason="the app's sending module is run by node, which is not here")
async def test_what_tablets_send_at_once_arrives_once_and_whole() -> None:
    fleet = Fleet(tablets=4, visits=2, photographs=2, side=640)
    found = await let_send(fleet)
    assert faults_of(found, fleet) == []
    assert found["sent_twice"] < 0.01
