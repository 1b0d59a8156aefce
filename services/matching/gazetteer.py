"""Every premises the service knows, kept in memory so that a written address is found in a few milliseconds."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from services.matching.postcodes import Postcodes
from services.matching.segment import Entry, Segment

__all__ = ["Alias", "Entry", "Gazetteer", "Ref"]

_FRESH_SHARE = 20


@dataclass(frozen=True, slots=True)
class Alias:
    """Another name for a premises, learnt from a person's decision; `former` where it is the old name."""

    premises_id: str
    name: str
    former: bool = False


@dataclass(frozen=True, slots=True)
class Ref:
    """Where an entry stands: which segment, and which row of it."""

    segment: int
    row: int


class Gazetteer:
    """An unchanging picture of the gazetteer; a change makes a new picture that shares the large part.

    Swap the reference to reload without downtime: matches in progress keep the picture they began with.
    """

    def __init__(
        self, entries: Iterable[Entry], postcodes: Postcodes | None = None, aliases: Iterable[Alias] = ()
    ) -> None:
        self.postcodes = postcodes if postcodes is not None else Postcodes()
        main = Segment(entries, self.postcodes)
        self._take((main,), frozenset())
        known = tuple(self._as_entries(aliases))
        if known:
            self._take((main, Segment(known, self.postcodes, main)), frozenset())

    def _take(self, segments: tuple[Segment, ...], hidden: frozenset[str]) -> None:
        self.segments = segments
        self._hidden = hidden

    def __len__(self) -> int:
        return (
            sum(1 for _ in self.segments[1].entries() if not _.alias) + len(self.segments[0]) - len(self._hidden)
            if len(self.segments) > 1
            else len(self.segments[0]) - len(self._hidden)
        )

    def _as_entries(self, aliases: Iterable[Alias]) -> Iterator[Entry]:
        for alias in aliases:
            owner = self.get(alias.premises_id)
            if owner is not None:
                yield replace(owner, name=alias.name, alias="former" if alias.former else "alias")

    def with_changes(
        self,
        entries: Iterable[Entry] = (),
        removed: Iterable[str] = (),
        aliases: Iterable[Alias] = (),
        forgotten_aliases: Iterable[Alias] = (),
    ) -> "Gazetteer":
        """Return the gazetteer with entries added or replaced, ids removed, and aliases learnt or unlearnt.

        Costs time in the size of the changes since the last full load, not of the gazetteer. Once changes
        exceed a twentieth of it, everything is laid out again.
        """
        new = {entry.premises_id: entry for entry in entries}
        gone = set(removed)
        undone = {(alias.premises_id, alias.name) for alias in forgotten_aliases}
        fresh = list(self.segments[1].entries()) if len(self.segments) > 1 else []
        kept = [
            entry
            for entry in fresh
            if entry.premises_id not in gone
            and (entry.premises_id, entry.name) not in undone
            and (entry.alias or entry.premises_id not in new)
        ]
        hidden = self._hidden | {one for one in (*gone, *new) if self.segments[0].row_of(one) is not None}
        made = object.__new__(Gazetteer)
        made.postcodes = self.postcodes
        made._take((self.segments[0], Segment([*kept, *new.values()], self.postcodes, self.segments[0])), hidden)
        learnt = list(made._as_entries(aliases))
        if learnt:
            everything = [*kept, *new.values(), *learnt]
            made._take((self.segments[0], Segment(everything, self.postcodes, self.segments[0])), hidden)
        if len(made.segments[1]) * _FRESH_SHARE > len(self.segments[0]) > 1000:
            made._lay_out_again()
        return made

    def _lay_out_again(self) -> None:
        """Make one large part of all entries; aliases stay beside it, where they can be forgotten one by one."""
        everything = list(self.entries())
        main = Segment((entry for entry in everything if not entry.alias), self.postcodes)
        aliases = [entry for entry in everything if entry.alias]
        self._take((main, Segment(aliases, self.postcodes, main)) if aliases else (main,), frozenset())

    def entries(self) -> Iterator[Entry]:
        """Return every current entry and alias, in no promised order."""
        for entry in self.segments[0].entries():
            if entry.premises_id not in self._hidden:
                yield entry
        for segment in self.segments[1:]:
            yield from segment.entries()

    def get(self, premises_id: str) -> Entry | None:
        """Return the entry with this id (leading zeros of a UPRN do not matter), or None."""
        ref = self.find(premises_id)
        return None if ref is None else self.entry(ref)

    def find(self, premises_id: str) -> Ref | None:
        """Return where the entry with this id (leading zeros of a UPRN do not matter) stands, or None."""
        for one in (premises_id.strip(), premises_id.strip().lstrip("0")):
            for at in reversed(range(len(self.segments))):
                row = self.segments[at].row_of(one)
                if row is not None and not (at == 0 and one in self._hidden):
                    return Ref(at, row)
        return None

    def shows(self, ref: Ref) -> bool:
        """Return whether the entry at this place is current and not replaced."""
        if ref.segment or not self._hidden:
            return True
        return self.segments[0].entry(ref.row).premises_id not in self._hidden

    def entry(self, ref: Ref) -> Entry:
        """Return the entry at this place."""
        return self.segments[ref.segment].entry(ref.row)
