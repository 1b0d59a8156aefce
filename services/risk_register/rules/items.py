"""One visit in the review queue, and what its crew found: plain values, which a change makes anew."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from schemas.risk_register import RiskFacts
from schemas.visits import OpenVisit
from schemas.vocabulary import ReviewMethod, ReviewState
from services.domain.fact_keys import SCORE, ScoreInputs, put_together, taken_apart
from services.domain.ris1.policy import HIGHEST_LEVEL
from services.risk_register.rules.assessing import Appraisal, ReviewWarning, appraise, warnings_of
from services.risk_register.rules.correcting import Correction, corrected, corrections_in
from services.risk_register.rules.merging import (
    Known,
    Report,
    Seen,
    seen_as_kept,
    seen_to_keep,
    set_out_as_kept,
    set_out_to_keep,
)
from services.risk_register.rules.reports import Account, accounts_in
from services.risk_register.rules.review_queue import Claim, may_move


@dataclass(frozen=True, eq=False)
class Findings:
    """What a crew found, as it is kept: the visit as it was sent, and its facts as far as they are the building's.

    `seen` says who saw what a visit merged into this one reported, by fact; `set_out` what of the record its crew took
    with it, None if nothing.
    """

    visit_id: str
    occurred_at: datetime
    is_full: bool
    visit: dict[str, Any]
    facts: dict[str, Any]
    inputs: dict[str, Any] | None = None
    seen: dict[str, Any] | None = None
    set_out: dict[str, Any] | None = None
    _appraised: list[tuple[Known, Appraisal]] = field(default_factory=list, repr=False)

    @cached_property
    def form(self) -> OpenVisit:
        """Return the visit as the crew sent it."""
        return OpenVisit.model_validate(self.visit)

    @cached_property
    def report(self) -> Report:
        """Return what the visit tells of the premises, for comparing it with the record."""
        return self._report(self.facts, self.inputs, seen_as_kept(self.seen))

    @cached_property
    def accounts(self) -> tuple[Account, ...]:
        """Return what each crew says in the report: whose visit it is, and whose was merged into it."""
        return accounts_in(self.report)

    def amended(self, amendment: Mapping[str, Any] | None) -> Report:
        """Return the report with a reviewer's changes; what only they say is a desk check."""
        if amendment is None:
            return self.report
        desk = Seen(self.visit_id, self.occurred_at, self.form.callsign, ReviewMethod.DESKTOP)
        changed, own = self._report({**self.facts, **amendment["facts"]}, amendment["inputs"], {}), self.report
        seen = {key: own.seen.get(key, desk) for key in changed.facts if key in own.seen or key not in own.facts}
        left = frozenset(
            key for key, value in changed.facts.items() if own.left_as_it_was(key) and own.facts[key] == value
        )
        changed = replace(changed, seen=seen, set_out=replace(own.set_out, unchanged=left) if own.set_out else None)
        return corrected(changed, corrections_in(amendment))

    def beside(self, known: Known) -> Appraisal:
        """Return what the report would make of a record; worked out once for as long as the record says the same."""
        if not self._appraised or not self._appraised[0][0].is_as(known):
            self._appraised[:] = [(known, appraise(known, self.report))]
        return self._appraised[0][1]

    def saying(self, report: Report) -> "Findings":
        """Return the findings with another report: its own facts with those of a visit merged into it."""
        facts = dict(report.facts)
        inputs = facts.pop(SCORE, None)
        return replace(
            self,
            facts=put_together(facts).model_dump(mode="json"),
            inputs=inputs.model_dump(mode="json") if inputs else None,
            seen=seen_to_keep(report.seen),
            set_out=set_out_to_keep(report.set_out),
            _appraised=[],
        )

    def _report(self, facts: dict[str, Any], inputs: dict[str, Any] | None, seen: Mapping[str, Seen]) -> Report:
        scored = ScoreInputs.model_validate(inputs) if inputs else None
        apart = taken_apart(RiskFacts.model_validate(facts), scored)
        method, callsign = self.form.review_method, self.form.callsign
        set_out = set_out_as_kept(self.set_out)
        return Report(self.visit_id, self.occurred_at, apart, self.is_full, callsign, method, seen, set_out)


@dataclass(frozen=True, kw_only=True)
class InQueue:
    """As much of a visit in the review queue as a list of many says of it."""

    visit_id: str
    premises_id: str
    unit_ref: str | None = None
    state: ReviewState
    version: int = 1
    changed_by: str
    changed_at: datetime
    safety_critical: bool = False
    base_level: int | None = None
    effective_level: int | None = None
    rank: int = 0
    due_at: datetime
    submitted_at: datetime
    received_at: datetime
    warnings: tuple[ReviewWarning, ...] = ()
    claimed_by: str | None = None
    lease_until: datetime | None = None
    first_approval: dict[str, Any] | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    published_version: int | None = None

    @property
    def claim(self) -> Claim | None:
        """Return who holds the item, None if nobody does."""
        if self.claimed_by is None or self.lease_until is None:
            return None
        return Claim(self.claimed_by, self.lease_until)

    def approval_of(self, record_version: int) -> dict[str, Any] | None:
        """Return the first of two approvals; one that was given on an older version of the record counts no more."""
        given = self.first_approval
        return given if given is not None and given["record_version"] == record_version else None


@dataclass(frozen=True, kw_only=True)
class Line(InQueue):
    """A visit as it is listed: what its crew calls itself, and what kind of visit it was, and no more of the visit."""

    station: str
    callsign: str
    visit_kind: str
    outcome: str


@dataclass(frozen=True, kw_only=True)
class Item(InQueue):
    """One visit in the review queue; `version` rises with every change, so that nobody decides on an old page.

    `authors_merged` are who made the visits merged into this one, `crew_merged` whom their crew lists name. `amends` is
    the visit that it replaces, `amends_found` says that it has taken that one's place in the queue.
    """

    unit_id: str | None = None
    base_version: int
    findings: Findings
    location: dict[str, Any]
    private: dict[str, Any]
    sent_by: dict[str, Any] | None = None
    authors_merged: tuple[str, ...] | None = None
    crew_merged: tuple[str, ...] | None = None
    escalated_at: datetime | None = None
    escalated_why: str | None = None
    amendment: dict[str, Any] | None = None
    reason: str | None = None
    fields: tuple[str, ...] = ()
    comments: dict[str, str] | None = None
    decided_with: str | None = None
    amends: str | None = None
    amends_found: bool = False

    @property
    def form(self) -> OpenVisit:
        """Return the visit as the crew sent it."""
        return self.findings.form

    @property
    def report(self) -> Report:
        """Return what the visit tells of the premises."""
        return self.findings.report

    @property
    def amended_report(self) -> Report:
        """Return what the visit tells, with the changes that a reviewer made to it."""
        return self.findings.amended(self.amendment)

    @property
    def corrections(self) -> tuple[Correction, ...]:
        """Return the facts that reviewers corrected by themselves, the first made first."""
        return corrections_in(self.amendment)

    @property
    def placed_at(self) -> datetime:
        """Return when the visit was placed on the premises it stands beside, as premises said it."""
        said = self.location.get("placed_at")
        return datetime.fromisoformat(said) if said else self.received_at

    @property
    def urgency(self) -> tuple[object, ...]:
        """Return by what the queue is put in order: the smallest comes first; unscored stands with the highest level.

        Policy: docs/domain/4.4.md: safety-critical, due first, level, rank, longest waiting.
        """
        level = HIGHEST_LEVEL if self.base_level is None else self.base_level
        return (not self.safety_critical, self.due_at, -level, -self.rank, self.submitted_at, self.visit_id)

    @property
    def line(self) -> Line:
        """Return the visit as it is listed."""
        sent = self.findings.visit
        named = {name: sent[name] for name in ("station", "callsign", "visit_kind", "outcome")}
        return Line(**{each.name: getattr(self, each.name) for each in fields(InQueue)}, **named)

    @property
    def authors(self) -> frozenset[str]:
        """Return who made the visit: who led it or sent it, and who made those merged into it."""
        sender = {self.sent_by["name"]} if self.sent_by else set()
        return frozenset({self.form.lead_officer_id, *sender, *(self.authors_merged or ())})

    @property
    def named(self) -> frozenset[str]:
        """Return whom the crew list of the visit names, and those of the visits merged into it."""
        return frozenset({*self.form.crew_ids, *(self.crew_merged or ())})

    def moved(self, state: ReviewState, person: str, at: datetime) -> "Item":
        """Return the item in another state, its version raised, with who changed it and when."""
        if state is not self.state and not may_move(self.state, state):
            raise ValueError(f"a visit that is {self.state} cannot become {state}")
        return replace(self, state=state, version=self.version + 1, changed_by=person, changed_at=at)

    def freed(self) -> "Item":
        """Return the item held by nobody."""
        return replace(self, claimed_by=None, lease_until=None)

    def appraised(self, known: Known, present_level: int | None) -> "Item":
        """Return the item with the level that publishing it would give, and what its reviewer must notice."""
        assessment = self.findings.beside(known).assessment
        score, is_exact = assessment.score, self.location["precision"] == "premises"
        appraised = replace(
            self,
            base_level=assessment.level,
            effective_level=score.effective_level if score else None,
            rank=score.rank if score else 0,
            warnings=warnings_of(
                self.form,
                assessment,
                present_level,
                is_unit=self.unit_id is not None,
                is_exact=is_exact,
                is_apart=self.amends is not None and not self.amends_found,
            ),
        )
        return self if appraised == self else appraised
