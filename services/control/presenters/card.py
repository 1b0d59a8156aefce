"""The tactical card: a record on one sheet of A4, the gravest first, and how much of it did not find room."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from schemas.visit_parts import Part
from services.control.presenters.parts import Block, Fact, Said
from services.control.presenters.screen import ScreenRecord
from services.control.presenters.surroundings import HydrantNear, Surroundings
from services.shared.web.words import UNKNOWN, as_date, date_words, distance_words

# A sheet has so many lines below its head: across it, and in each of two columns; a line takes so many small letters.
SHEET_LINES, MOST_ACROSS = 61, 28
ACROSS_WIDE, COLUMN_WIDE = 106, 49
TITLE_LINES, COLUMNS, LOST_PER_COLUMN = 2, 2, 3
LONGEST_WORDS = 240
CUT = " … more on the record"


class CardLine(Part):
    """One line of the card; `grave` is printed in bold."""

    label: str
    words: str
    grave: bool = False


class CardSection(Part):
    """Lines that belong together."""

    title: str
    lines: tuple[CardLine, ...]


class Card(Part):
    """A record on one sheet: `first` goes across it; `left_out` counts the lines that only the record has."""

    first: tuple[CardLine, ...]
    sections: tuple[CardSection, ...]
    left_out: int


@dataclass(frozen=True)
class _Room:
    """How much room is left, in lines."""

    lines: int
    wide: int

    def without(self, line: CardLine, more: int = 0) -> "_Room":
        """Return the room that is left with a line in it, and so many lines more."""
        return _Room(self.lines - lines_taken(line, self.wide) - more, self.wide)


def card_of(record: ScreenRecord, around: Surroundings) -> Card:
    """Return the card of a record as it is shown now: what is grave has its place before what is not."""
    first, left_out, across = _fitting(list(_first(record, around)), _Room(MOST_ACROSS, ACROSS_WIDE))
    sections = [section for section in _sections(record, around) if section.lines]
    room = _Room(COLUMNS * (SHEET_LINES - MOST_ACROSS + across.lines - LOST_PER_COLUMN), COLUMN_WIDE)
    placed: set[tuple[int, int]] = set()
    # In turn, so that forty hazards leave room for the way in and the water.
    in_turn = sorted(
        (place, number) for number, section in enumerate(sections) for place, _ in enumerate(section.lines)
    )
    for is_grave in (True, False):
        for place, number in in_turn:
            line, titled = sections[number].lines[place], any(each == number for each, _ in placed)
            smaller = room.without(line, 0 if titled else TITLE_LINES)
            if line.grave is is_grave and smaller.lines >= 0:
                placed.add((number, place))
                room = smaller
    fitting = [
        section.model_copy(update={"lines": tuple(line for n, line in enumerate(section.lines) if (i, n) in placed)})
        for i, section in enumerate(sections)
    ]
    left_out += sum(len(section.lines) for section in sections) - len(placed)
    return Card(first=first, sections=tuple(each for each in fitting if each.lines), left_out=left_out)


def lines_taken(line: CardLine, wide: int) -> int:
    """Return how many printed lines a line takes at most; a capital is wider than a small letter."""
    width = sum(1.45 if char.isupper() or char in "—%@mw…" else 1.0 for char in f"{line.label}: {line.words}")
    return int(width // wide) + 1


def _fitting(lines: Sequence[CardLine], room: _Room) -> tuple[tuple[CardLine, ...], int, _Room]:
    """Return the lines that there is room for, how many there is none for, and the room that is left."""
    taken: list[CardLine] = []
    for line in lines:
        smaller = room.without(line)
        if smaller.lines >= 0:
            taken.append(line)
            room = smaller
    return tuple(taken), len(lines) - len(taken), room


def _line(label: str, words: str, *, grave: bool = False) -> CardLine:
    plain = " ".join(words.split())
    return CardLine(
        label=label, words=plain if len(plain) <= LONGEST_WORDS else plain[:LONGEST_WORDS] + CUT, grave=grave
    )


def _first(record: ScreenRecord, around: Surroundings) -> Iterable[CardLine]:
    """Give what stands across the card, the gravest first."""
    protection = record.fire_safety
    for each in protection.prohibitions if protection else ():
        unit = f" on {each.unit} alone" if each.unit else ""
        yield _line(each.words.upper(), f"{each.says}{unit}: {each.restricts}", grave=True)
    yield _fact_line(record.evacuation) or _line("Evacuation", UNKNOWN, grave=True)
    for number, words in enumerate(record.critical_facts or (), 1):
        yield _line(str(number), words, grave=True)
    for said in record.critical_reported:
        yield _line("Critical", _said(said), grave=True)
    if record.critical_facts is None and not record.critical_reported:
        yield _line("Critical facts", UNKNOWN, grave=True)
    for fact in (each for each in record.first if each.key != record.evacuation.key):
        yield _line(fact.label or "Reported", "; ".join(_told(fact)), grave=True)
    for plan in around.plans:
        yield _line(
            f"Plan, {plan.kind_words.lower()}", f"{plan.document} ({plan.reference}), {plan.owner}, {plan.says}"
        )
    for risk in record.temporary:
        yield _line("Temporary", f"{risk.what}, {risk.says}" + (f" ({risk.said_by})" if risk.said_by else ""))
    yield _line("Needs help out", "not printed: ask control")


def _sections(record: ScreenRecord, around: Surroundings) -> Iterable[CardSection]:
    """Give the sections of the card in the order in which they are read."""
    blocks = (record.access, record.building, record.systems, record.isolations, record.hazards, record.people)
    first = set(fact.key for fact in record.first)
    for block in (*blocks[:5], record.water, *blocks[5:], record.tactics):
        lines = [*_block_lines(block, first)]
        if block is record.water:
            lines += [_hydrant_line(each, is_best=each == around.nearest_usable) for each in around.hydrants]
            lines += [
                _line(
                    "File",
                    f"{each.source}, {date_words(each.dated_on)}" + (", OLD: over 12 months" if each.is_old else ""),
                )
                for each in around.water_files
            ]
        yield CardSection(title=block.title, lines=tuple(lines))
    notices = record.fire_safety.notices if record.fire_safety else ()
    protection = [_line(each.words, f"{each.says}: {each.restricts}") for each in notices]
    yield CardSection(title="Protection", lines=tuple(protection))


def _block_lines(block: Block, first: set[str]) -> Iterable[CardLine]:
    """Give what is known of a block, without what stands across the card, and in one line what is not."""
    for fact in block.known:
        if fact.key not in first and (line := _fact_line(fact)):
            yield line
    if block.missing:
        yield _line(UNKNOWN, ", ".join(fact.label for fact in block.missing))


def _fact_line(fact: Fact) -> CardLine | None:
    told = _told(fact)
    return _line(fact.label, "; ".join(told), grave=fact.alert or bool(fact.news)) if told else None


def _told(fact: Fact) -> list[str]:
    published = [fact.value] if fact.value is not None else []
    reported = [_said(each) for each in fact.news]
    told = reported + published if fact.report_first else published + reported
    return [f"CONFLICT: {told[0]}", *told[1:]] if fact.conflict and told else told


def _said(said: Said) -> str:
    alone = f"{said.unit_ref} alone: " if said.unit_ref else ""
    return f"UNVERIFIED {said.callsign}: {alone}{said.value}"


def _hydrant_line(each: HydrantNear, *, is_best: bool) -> CardLine:
    crew = (
        f"; crew: {each.crew.says} ({each.crew.callsign}, {date_words(as_date(each.crew.seen_at))})"
        if each.crew
        else ""
    )
    words = f"{distance_words(each.distance_m)}, {each.state_says}, {each.says}{crew} (undertaker’s file)"
    return _line(each.label, words, grave=each.alert or is_best)
