"""The parts a screen is made of: a fact with who saw it and what crews report of it, a block, the level, the age."""

from datetime import date
from typing import Literal

from pydantic import AwareDatetime

from schemas.visit_parts import Part
from schemas.vocabulary import EvacuationStrategy, ReviewMethod
from services.domain.evacuation_plans import Applies, Because, Missing


class Source(Part):
    """Who saw something last, when and how: `seen_at` is the end of that visit; `facts` are the keys it stands for."""

    callsign: str
    seen_at: AwareDatetime
    method: ReviewMethod
    visit_id: str
    facts: tuple[str, ...]


class Said(Part):
    """What one crew report says of a fact: nobody has reviewed it.

    `stands` is how it stands to what is published and to the other reports: "same", "adds" or "contradicts".
    `urgent` marks a safety-critical addition; past its time it is still shown, until somebody decides.
    `unit_ref` names the flat or suite that it describes alone.
    """

    status: Literal["UNVERIFIED"] = "UNVERIFIED"
    value: str
    alert: bool
    stands: Literal["same", "adds", "contradicts"]
    callsign: str
    seen_at: AwareDatetime
    method: ReviewMethod | None
    visit_id: str
    unit_ref: str | None = None
    urgent: bool = False
    past_its_time: bool = False


class Fact(Part):
    """One fact in words, as published; a value of null is not published, and UNKNOWN where no report says it either.

    `facts` are the keys of the single facts that the line is made of. `sources` say who saw them last, the oldest
    first; `not_recorded` says that of some of them nobody kept who saw it. `reports` are what crews say that nobody
    has reviewed, the gravest first; `report_first` says that one is graver than what is published. `conflict` says
    that two accounts cannot both be true. `alert` marks what can hurt or does not work.
    """

    key: str
    label: str
    value: str | None
    alert: bool = False
    facts: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    not_recorded: bool = False
    reports: tuple[Said, ...] = ()
    report_first: bool = False
    conflict: bool = False

    @property
    def known(self) -> bool:
        """Return whether the record or any report says something of it."""
        return self.value is not None or bool(self.reports)

    @property
    def news(self) -> tuple[Said, ...]:
        """Return what reports say beyond what is published: each thing once, by the crew that said so last."""
        latest: dict[tuple[str, str | None], Said] = {}
        for said in self.reports:
            before = latest.get((said.value, said.unit_ref))
            if said.stands != "same" and (before is None or said.seen_at > before.seen_at):
                latest[(said.value, said.unit_ref)] = said
        return tuple(latest.values())

    @property
    def echoes(self) -> tuple[Said, ...]:
        """Return the reports that say what is published."""
        return tuple(said for said in self.reports if said.stands == "same")

    @property
    def urgent(self) -> bool:
        """Return whether something of it is safety-critical and not reviewed."""
        return any(said.urgent for said in self.reports)


class BlockAge(Part):
    """How old a block is, told by the oldest fact that matters in it; `several` says that others were seen later.

    `oldest` is null where nothing is published, or where nobody kept who saw it (`not_recorded`).
    """

    oldest: Source | None = None
    several: bool = False
    not_recorded: bool = False


class Block(Part):
    """Facts that belong together. `reported` says that an urgent report, whose fact is not named, belongs here."""

    key: str
    title: str
    age: BlockAge
    facts: tuple[Fact, ...]
    reported: bool = False

    @property
    def known(self) -> tuple[Fact, ...]:
        """Return the facts that the record or a report tells."""
        return tuple(fact for fact in self.facts if fact.known)

    @property
    def missing(self) -> tuple[Fact, ...]:
        """Return the facts that nobody has told us."""
        return tuple(fact for fact in self.facts if not fact.known)


class Level(Part):
    """The risk level by RIS-1: PORIS-structured, with this service's own anchors."""

    base: int
    effective: int
    words: str
    rank: int
    open_defects: int
    flags: tuple[str, ...]
    says: str


class ReportedLevel(Part):
    """The level that publishing a crew's report would give: nobody has reviewed it."""

    level: int
    words: str
    callsign: str
    seen_at: AwareDatetime
    visit_id: str
    unit_ref: str | None


class Unverified(Part):
    """What a crew reported that nobody has checked; past its time it is still shown, until somebody decides."""

    status: Literal["UNVERIFIED"] = "UNVERIFIED"
    kind: str
    summary: str
    callsign: str
    visit_id: str
    reported_at: AwareDatetime
    expires_at: AwareDatetime
    past_its_time: bool
    fact: str | None


class TemporaryLine(Part):
    """What holds for a while, and until when; past its end it is still shown, until somebody ends or renews it.

    `callsign` is of the crew that reported it, None once the risk team has raised or renewed it; `says` is when it
    holds, in words; `said_by` on whose word alone it stands, empty if it is the risk team's.
    """

    risk_id: str
    what: str
    owner: str
    starts_on: date
    ends_on: date
    past_its_end: bool
    says: str
    callsign: str | None
    said_by: str = ""


class CrewVoice(Part):
    """A crew whose report nobody has reviewed yet; `codes_held` says that it gave an entry code or contacts."""

    callsign: str
    station: str
    visit_id: str
    seen_at: AwareDatetime
    reported_at: AwareDatetime
    method: ReviewMethod
    unit_ref: str | None
    codes_held: bool


class Evacuation(Fact):
    """What the people inside are told to do; overdue once nobody has confirmed the strategy for 12 months."""

    strategy: EvacuationStrategy | None
    confirmed_at: AwareDatetime | None
    overdue: bool


class EvacuationPlans(Part):
    """Whether the law on residents' evacuation plans is about these premises, in words; empty where it is not.

    `missing` are the facts that must be recorded before anybody can tell; `in_short` stands on the screen. `reported`
    says that it rests on a crew report that nobody has reviewed, as nothing is published.
    """

    applies: Applies
    because: Because | None
    missing: tuple[Missing, ...]
    reported: bool
    says: str
    in_short: str


class PlanAge(Part):
    """How old the tactical plan is, by its own review; `says` it in words."""

    written_on: date
    reviewed_on: date
    review_due_on: date
    overdue: bool
    says: str
