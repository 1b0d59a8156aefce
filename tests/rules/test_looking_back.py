"""What crews had seen by a moment, held against a plain replay: every visit in force, in the order they were made."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.vocabulary import ReviewState
from services.domain.fact_keys import put_together
from services.risk_register.rules.as_it_was import seen_by
from services.risk_register.rules.dossiers import Version
from services.risk_register.rules.items import Findings, Item
from services.risk_register.rules.merging import Known, merge, seen_to_keep
from tests.builders import NOW, a_submission

BEGIN = datetime(2026, 11, 1, 8, tzinfo=UTC)
VISIT = a_submission(NOW).open_part().model_dump(mode="json")
FACTS = st.dictionaries(
    st.sampled_from(["roof", "voids", "access_note", "entry_point"]), st.sampled_from(["a", "b", "c"]), min_size=1
)
# What happens next: a visit made at an hour is published with these facts, or an earlier version is published again.
STEPS = st.lists(st.one_of(st.tuples(st.integers(0, 60), FACTS), st.integers(0, 5)), min_size=1, max_size=10)


def at(hour: float) -> datetime:
    return BEGIN + timedelta(hours=hour)


@dataclass
class Story:
    """What was published of one building, and what a plain replay of it says."""

    versions: list[Version] = field(default_factory=list)
    visits: dict[str, Item] = field(default_factory=dict)
    in_force: list[tuple[int, datetime, dict[str, str]]] = field(default_factory=list)

    def publish(self, hour: int, facts: dict[str, str]) -> None:
        """Publish a visit made at an hour."""
        number, visit_id = len(self.versions) + 1, f"visit-{len(self.versions)}"
        item = an_item(visit_id, at(hour), facts, number)
        known = self.versions[-1].known if self.versions else Known()
        merged = merge(known, item.report)
        self._keep(put_together(merged.facts).model_dump(mode="json"), seen_to_keep(merged.seen), visit_id, None)
        self.visits[visit_id] = item
        self.in_force.append((number, at(hour), facts))

    def restore(self, version: int) -> None:
        """Publish an earlier version again, if there is such a one that nobody has undone; 0 says nothing."""
        if version and version not in {number for number, _, _ in self.in_force}:
            return
        old = self.versions[version - 1] if version else None
        empty = put_together({}).model_dump(mode="json")
        self._keep(old.facts if old else empty, old.seen if old else {}, None, version)
        self.in_force = [one for one in self.in_force if one[0] <= version]

    def replayed(self, moment: datetime) -> dict[str, str]:
        """Return what the visits in force say, one after the other as they were made."""
        facts: dict[str, str] = {}
        for _, seen_at, said in sorted(self.in_force, key=lambda one: one[1]):
            if seen_at <= moment:
                facts |= said
        return facts

    def _keep(self, facts: dict[str, Any], seen: dict[str, Any], visit_id: str | None, restored: int | None) -> None:
        self.versions.append(
            Version(
                premises_id="1",
                version=len(self.versions) + 1,
                facts=facts,
                seen=seen,
                visit_id=visit_id,
                restored_from=restored,
                published_by="ada",
                at=at(100 + len(self.versions)),
            )
        )


def an_item(visit_id: str, seen_at: datetime, facts: dict[str, str], number: int) -> Item:
    return Item(
        visit_id=visit_id,
        premises_id="1",
        state=ReviewState.PUBLISHED,
        changed_by="ada",
        changed_at=seen_at,
        base_version=0,
        due_at=seen_at,
        submitted_at=seen_at,
        received_at=seen_at,
        findings=Findings(visit_id, seen_at, False, VISIT, put_together(facts).model_dump(mode="json")),
        location={},
        private={},
        published_version=number,
    )


def told(steps: list[tuple[int, dict[str, str]] | int]) -> Story:
    story = Story()
    for step in steps:
        if isinstance(step, int):
            story.restore(step)
        else:
            story.publish(*step)
    return story


@settings(max_examples=400, deadline=None)
@given(steps=STEPS, hour=st.integers(-1, 61))
def test_what_had_been_seen_by_a_moment_is_what_the_visits_replayed_until_then_say(
    steps: list[tuple[int, dict[str, str]] | int], hour: int
) -> None:
    story = told(steps)
    known = seen_by(story.versions, story.visits, at(hour))
    assert known.facts == story.replayed(at(hour))
    assert all(one.at <= at(hour) for one in known.seen.values()), "nobody had seen it yet"


def test_a_text_that_a_reviewer_took_out_had_been_seen_until_the_visit_it_was_decided_on() -> None:
    story = told([(1, {"roof": "a", "voids": "b"}), (9, {"roof": "c"})])
    story.versions[1].facts["voids"] = None
    assert seen_by(story.versions, story.visits, at(8)).facts == {"roof": "a", "voids": "b"}
    assert seen_by(story.versions, story.visits, at(9)).facts == {"roof": "c"}
