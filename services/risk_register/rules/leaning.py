"""Words of a record that lean on a fault: when the fault is closed, a person must say whether they are still true."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from schemas.visit_parts import FixedSystem
from schemas.vocabulary import SystemKind
from services.domain.fact_keys import Facts
from services.domain.faults import OUT_OF_ORDER

# What a crew calls each system when it writes freely.
SYSTEM_WORDS: Mapping[SystemKind, tuple[str, ...]] = {
    SystemKind.DRY_RISER: ("riser", "risers", "dry main"),
    SystemKind.WET_RISER: ("riser", "risers", "wet main"),
    SystemKind.SPRINKLER: ("sprinkler", "sprinklers"),
    SystemKind.MIST: ("mist",),
    SystemKind.GAS_FLOOD: ("gas flood", "gas suppression"),
    SystemKind.FOAM: ("foam",),
    SystemKind.SMOKE_CONTROL: ("smoke control", "smoke vent", "smoke vents", "smoke ventilation", "aov", "aovs"),
    SystemKind.FF_LIFT: ("lift", "lifts"),
    SystemKind.EVAC_LIFT: ("lift", "lifts"),
    SystemKind.EAS: ("evacuation alert", "eas"),
    SystemKind.AFD: ("alarm", "alarms", "detection", "detectors"),
    SystemKind.DOOR_RELEASE: ("door release", "doors"),
}
FAULT_WORDS = (
    *("repair", "repaired", "repairs", "mended", "fixed", "restored", "reinstated", "replaced"),
    *("fault", "faulty", "defect", "defective", "broken", "damaged", "failed", "impaired", "isolated", "unusable"),
    *("out of order", "out of use", "out of service", "not working", "does not work", "until", "unless"),
)
# Says by itself that something waits for a repair, though it does not say of what.
WAITS_FOR_REPAIR = tuple(
    f"until {words}" for words in ("repaired", "mended", "fixed", "it is repaired", "it is mended", "it is fixed")
)
FREE_TEXTS = (
    *("pda_suggestion", "tactics_note", "sector_note", "access_note", "salvage_priorities"),
    *("entry_point", "assembly_point", "key_safe", "roof", "voids"),
)
CRITICAL_FACTS = "critical_facts"


@dataclass(frozen=True)
class Leaning:
    """A text that leans on a fault; one of several critical facts has its place in its key: "critical_facts/2"."""

    key: str
    text: str


def faults_closed(before: Facts, after: Facts) -> tuple[str, ...]:
    """Return the systems, by key, that were out of order and no longer are.

    Policy: docs/domain/4.3.md, step 6: a level falls back when the fault is repaired.
    """
    broken = _out_of_order(after)
    return tuple(key for key in _out_of_order(before) if key not in broken)


def texts_that_lean(before: Facts, after: Facts) -> tuple[Leaning, ...]:
    """Return the texts of a record about to be published that speak of a fault which it closes.

    Policy: docs/domain/4.4.md: only a person lowers a risk, and what rests on a fault goes only by a person, too.
    """
    closed = faults_closed(before, after)
    if not closed:
        return ()
    names = tuple(word for key in closed for word in SYSTEM_WORDS.get(SystemKind(key.split("/")[1]), ()))
    return tuple(text for text in texts_of(after) if _leans(text.text, names))


def texts_of(facts: Facts) -> Iterator[Leaning]:
    """Return every text of a record that a reviewer may take out, with its key.

    Policy: docs/domain/4.1.md (C and I).
    """
    for number, text in enumerate(facts.get(CRITICAL_FACTS, ())):
        yield Leaning(f"{CRITICAL_FACTS}/{number}", text)
    for key in FREE_TEXTS:
        if key in facts:
            yield Leaning(key, facts[key])


def without_texts(facts: Facts, taken_out: Collection[str]) -> Facts:
    """Return a record's facts without the texts that a reviewer took out.

    Policy: docs/domain/4.4.md.
    """
    kept = {key: value for key, value in facts.items() if key not in taken_out or key not in FREE_TEXTS}
    lines = [text.text for text in texts_of(facts) if text.key.startswith(CRITICAL_FACTS) and text.key not in taken_out]
    if CRITICAL_FACTS in kept:
        kept[CRITICAL_FACTS] = tuple(lines)
    return {key: value for key, value in kept.items() if value != ()}


def _out_of_order(facts: Facts) -> tuple[str, ...]:
    return tuple(
        key
        for key, parts in facts.items()
        if key.startswith("systems/")
        and any(isinstance(part, FixedSystem) and part.status in OUT_OF_ORDER for part in parts)
    )


def _leans(text: str, names: Collection[str]) -> bool:
    words = _words(text)
    if any(f" {phrase} " in words for phrase in WAITS_FOR_REPAIR):
        return _names_no_system(words) or _holds(words, names)
    return _holds(words, names) and _holds(words, FAULT_WORDS)


def _names_no_system(words: str) -> bool:
    return not any(_holds(words, names) for names in SYSTEM_WORDS.values())


def _holds(words: str, phrases: Collection[str]) -> bool:
    return any(f" {phrase} " in words for phrase in phrases)


def _words(text: str) -> str:
    """Return a text as plain words between single spaces, so that a phrase can be looked for whole."""
    plain = "".join(letter if letter.isalnum() else " " for letter in text.casefold())
    return f" {' '.join(plain.split())} "
