"""The events others build on: golden messages still load, older versions are upgraded, sensitive values never print."""

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel
from typer.testing import CliRunner

from schemas import upgrades
from schemas.envelope import Envelope
from schemas.sensitive import WITHHELD, Sensitive
from schemas.topics import TOPICS
from schemas.upgrades import Unreadable, read
from schemas.visits import Concerns, VisitSubmission
from services.command_line.main import app
from services.command_line.topics import SCHEMAS, documents, functions
from tests.builders import a_visit

EXAMPLES = sorted((SCHEMAS / "examples").glob("*/v*/*.json"))


def envelope_in(path: Path, **changed: Any) -> Envelope:
    kept = json.loads(path.read_text())
    return Envelope.from_headers(path.parts[-3], kept["headers"], json.dumps(kept["data"] | changed).encode())


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: "/".join(path.parts[-3:]))
def test_a_golden_message_loads_and_is_said_again_to_the_letter(path: Path) -> None:
    envelope = envelope_in(path)
    event = read(envelope)
    assert event.model_dump(mode="json") == envelope.data
    assert event.key() == envelope.subject


def test_every_topic_has_a_golden_message() -> None:
    assert {path.parts[-3] for path in EXAMPLES} == {topic.name for topic in TOPICS}


def test_a_message_of_an_older_version_is_upgraded(monkeypatch: pytest.MonkeyPatch) -> None:
    path = next(path for path in EXAMPLES if path.parts[-3] == "control.shown")
    event_type = next(topic.event for topic in TOPICS if topic.name == "control.shown")
    monkeypatch.setattr(event_type, "version", 2)
    monkeypatch.setitem(upgrades.UPGRADES, ("control.shown", 1), lambda data: data | {"unverified": 7})
    assert getattr(read(envelope_in(path)), "unverified") == 7  # noqa: B009  the base class has no such field


def test_a_message_of_a_future_version_says_what_to_do() -> None:
    path = next(path for path in EXAMPLES if path.parts[-3] == "control.shown")
    envelope = envelope_in(path)
    future = envelope.model_copy(update={"type": envelope.type.replace(".v1", ".v9"), "version": 9})
    with pytest.raises(Unreadable, match="bring this service up to date"):
        read(future)


def test_a_message_that_does_not_fit_names_the_field_and_never_the_value() -> None:
    path = next(path for path in EXAMPLES if path.parts[-3] == "control.shown")
    with pytest.raises(Unreadable) as unreadable:
        read(envelope_in(path, revision="zephyrquill"))
    assert "revision" in str(unreadable.value)
    assert "zephyrquill" not in str(unreadable.value)


def test_the_map_in_the_documents_is_the_map_in_the_code() -> None:
    for name, text in documents().items():
        assert (SCHEMAS / name).read_text() == text, f"schemas/{name} is out of date: run `make contracts`"


def test_for_each_topic_the_command_names_the_function_of_every_service_that_hears_it() -> None:
    found = functions()
    assert {topic.name: set(topic.heard_by) for topic in TOPICS} == {name: set(of) for name, of in found.items()}
    assert found["premises.located"]["risk_register"] == "services.risk_register.handlers.visits.take_up_visits"
    printed = CliRunner().invoke(app, ["topics"]).output
    assert all(called in printed for of in found.values() for called in of.values())


class Kept(BaseModel):
    secret: Sensitive[str]


def test_a_sensitive_value_prints_as_withheld_and_travels_whole() -> None:
    kept = Kept(secret=Sensitive("zephyrquill"))
    assert "zephyrquill" not in f"{kept!r} {kept} {kept.model_dump()}"
    assert WITHHELD in repr(kept)
    assert kept.secret.reveal() == "zephyrquill"
    assert Kept.model_validate_json(kept.model_dump_json()) == kept


def a_visit_with_a_concern() -> VisitSubmission:
    concern = {"kind": "SG3", "note": "zephyrquill", "consent_state": "GIVEN"}
    person = {"assistance": "GUIDE", "consent_state": "GIVEN", "unit_ref": "zephyrquill"}
    violence = {"code": "VIOLENCE", "basis": "zephyrquill", "note": "zephyrquill", "review_on": "2027-01-01"}
    return VisitSubmission.model_validate(
        a_visit(referrals=[concern, {"kind": "BS3"}], people=[person], hazards=[violence], entry_code="zephyrquill")
    )


def test_the_open_part_of_a_visit_holds_nothing_that_must_not_travel() -> None:
    open_part = a_visit_with_a_concern().open_part()
    assert "zephyrquill" not in open_part.model_dump_json()
    assert [referral.kind for referral in open_part.referrals] == ["BS3"]
    assert open_part.hazards[0].code == "VIOLENCE"


def test_the_concerns_of_a_visit_are_kept_whole_and_never_printed() -> None:
    visit = a_visit_with_a_concern()
    concerns = visit.concerns()
    assert Concerns.model_validate_json(concerns.model_dump_json()) == concerns
    assert concerns.model_dump_json().count("zephyrquill") == 4
    assert "zephyrquill" not in f"{concerns!r}{concerns}{visit.people}{concerns.referrals}"
