"""One invented premises, and the register of all of them: each has an address that no other has."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

from invented.geometry import Point
from invented.layout import Place
from invented.names import Directory


@dataclass(frozen=True)
class Premises:
    """A row of the gazetteer; `status` 1 approved, 6 provisional, 8 historical; `state` 4 demolished."""

    premises_id: str
    name: str
    address: str
    point: Point
    classification: str
    premises_class: str
    place: Place
    street: str
    postcode: str = ""
    parent_id: str = ""
    status: int = 1
    state: int = 2
    alone: bool = False

    def with_postcode(self, postcode: str) -> "Premises":
        return replace(self, postcode=postcode)


def address(place: Place, *parts: str) -> str:
    """Return an address without its postcode: the parts, then locality and post town."""
    return ", ".join([part for part in parts if part] + list(place.tail()))


class Register:
    """All premises so far, in the order in which they were built; refuses the same address twice."""

    def __init__(self) -> None:
        self.businesses = Directory()
        self._by_id: dict[str, Premises] = {}
        self._by_address: dict[str, str] = {}

    def __iter__(self) -> Iterator[Premises]:
        return iter(self._by_id.values())

    def __len__(self) -> int:
        return len(self._by_id)

    def knows(self, written: str) -> bool:
        return written in self._by_address

    def add(
        self,
        *,
        written: str,
        point: Point,
        classification: str,
        premises_class: str,
        place: Place,
        street: str,
        name: str = "",
        parent_id: str = "",
        status: int = 1,
        state: int = 2,
        alone: bool = False,
    ) -> Premises:
        """Keep a premises and return it; its number follows from its address, so it survives a new drawing."""
        if written in self._by_address:
            raise ValueError(f"address twice: {written}")
        entry = Premises(
            premises_id=self._number(written, status),
            name=name,
            address=written,
            point=(round(point[0], 1), round(point[1], 1)),
            classification=classification,
            premises_class=premises_class,
            place=place,
            street=street,
            parent_id=parent_id,
            status=status,
            state=state,
            alone=alone,
        )
        self._by_id[entry.premises_id] = entry
        self._by_address[written] = entry.premises_id
        return entry

    def _number(self, written: str, status: int) -> str:
        """Return an invented UPRN: 9999 and eight digits, a prefix that no real property has."""
        for attempt in range(100):
            digest = hashlib.sha256(f"{written}|{status}|{attempt}".encode()).hexdigest()
            number = f"9999{int(digest[:12], 16) % 10**8:08d}"
            if number not in self._by_id:
                return number
        raise ValueError(f"no number left for {written}")
