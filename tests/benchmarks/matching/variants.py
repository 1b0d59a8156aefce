"""Queries made from the written ones whose premises is missing, renumbered, renamed, or only stood beside."""

import math
import random
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from rapidfuzz import fuzz

from services.matching.abbreviations import GENERIC_WORDS, STREET_TYPES
from services.matching.gazetteer_parts import LOCALITY, STREET, parts_of
from services.matching.normalise import take_apart
from tests.benchmarks.matching.kent import Case, address_of, old_names, postcodes, records

_HOUSE = re.compile(r"(?<![\w/.])(\d{1,3})(?=[a-z]?[ \xa0]+[A-Za-z]{3})", re.IGNORECASE)
_FAR_M = 400.0


def absent(cases: list[Case]) -> Iterator[Case]:
    """Return each query whose premises exists, asked of a gazetteer from which that building was taken."""
    for case in cases:
        if case.expected == "premises":
            yield replace(
                case,
                category="absent",
                expected="absent",
                without=case.right | _kin(case),
                right=frozenset(),
                weight=0.35,
            )


def _kin(case: Case) -> frozenset[str]:
    """Return the records that are the same site under another name or postcode, which the answers do not list."""
    kin = set()
    own = [records()[one] for one in case.right if one in records()]
    codes = {row["postcode"] for row in own}
    streets = {line.casefold() for row in own for line in (row["addr1"], row["addr2"]) if line}
    for one, row in records().items():
        if case.truth is None or not row["easting"] or one in case.right:
            continue
        apart = math.hypot(float(row["easting"]) - case.truth[0], float(row["northing"]) - case.truth[1])
        if apart > 400.0:
            continue
        lines = f"{row['name']} {row['addr1']} {row['addr2']}".casefold()
        alike = fuzz.token_set_ratio(case.query.casefold(), lines)
        if alike >= (50 if row["postcode"] in codes else 62) or (apart < 150 and row["addr1"].casefold() in streets):
            kin.add(one)
    return frozenset(kin)


def renumbered(cases: list[Case], seed: int = 7) -> Iterator[Case]:
    """Return queries with a house number that their street does not have: near, and never the premises."""
    dice = random.Random(seed)
    for case in cases:
        found = list(_HOUSE.finditer(case.query))
        if case.expected != "premises" or len(found) != 1 or dice.random() < 0.5:
            continue
        other = int(found[0][1]) + dice.choice((2, 4, 6, 8, 10, 12, 14, 20, 26, 30, 40))
        query = case.query[: found[0].start(1)] + str(other) + case.query[found[0].end(1) :]
        if not _numbered_so(case, other):
            yield replace(case, query=query, category="renumbered", expected="near", weight=0.5)


def _numbered_so(case: Case, number: int) -> bool:
    """Return whether the gazetteer has that number in the same postcode district."""
    districts = {records()[one]["postcode"].split(" ")[0] for one in case.right if one in records()}
    return any(
        any(door.low <= number <= door.high for door in take_apart(address_of(row)).numbers)
        for row in records().values()
        if row["postcode"].split(" ")[0] in districts
    )


def renamed(most: int = 500, seed: int = 11) -> Iterator[Case]:
    """Return queries by a name that the place had in 2015 and that no entry near it has now."""
    dice = random.Random(seed)
    by_code: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in records().values():
        by_code[row["postcode"]].append(row)
    rows = list(old_names())
    dice.shuffle(rows)
    made = 0
    for row in rows:
        current = by_code.get(row["nearest_postcode"])
        point = postcodes().point(row["nearest_postcode"])
        if (
            not current
            or point is None
            or _still_there(row["name_2015"], point)
            or _elsewhere_near(row["name_2015"], point)
        ):
            continue
        part = _street_and_town(current[0])
        if part is None:
            continue
        street, town = part
        query = dice.choice(
            (
                f"{row['name_2015']}, {street}, {town}",
                f"{row['name_2015']}, {town}",
                f"{row['name_2015']}, {street}, {row['nearest_postcode']}",
                f"{row['name_2015']}, {street}, {town} {row['nearest_postcode']}",
            )
        )
        yield Case(query, "renamed", "near", frozenset(), point, 250.0, current[0]["la_name"], weight=0.5)
        made += 1
        if made == most:
            return


def _still_there(name: str, point: tuple[float, float]) -> bool:
    for row in records().values():
        if row["easting"] and abs(float(row["easting"]) - point[0]) < _FAR_M > abs(float(row["northing"]) - point[1]):
            text = f"{row['name']} {row['addr1']} {row['addr2']}"
            if fuzz.token_set_ratio(name.casefold(), text.casefold()) > 60 or _own(name) & _own(text):
                return True
    return False


def _elsewhere_near(name: str, point: tuple[float, float]) -> bool:
    """Return whether an entry within some miles bears nearly this name, so that it may have been meant."""
    return any(
        row["easting"]
        and math.hypot(float(row["easting"]) - point[0], float(row["northing"]) - point[1]) < 8_000
        and fuzz.token_sort_ratio(name.casefold(), row["name"].casefold()) > 85
        for row in records().values()
    )


def _own(text: str) -> set[str]:
    return {word for word in take_apart(text).words if len(word) > 2 and word not in GENERIC_WORDS | STREET_TYPES}


def _street_and_town(row: dict[str, str]) -> tuple[str, str] | None:
    address = [piece for piece in address_of(row).split(", ") if piece.casefold() not in ("kent", "medway")]
    parts = parts_of(row["name"], ", ".join(address), row["postcode"])[1:]
    streets = [at for at, part in enumerate(parts) if STREET in part.roles]
    towns = [at for at, part in enumerate(parts) if part.roles and set(part.roles) == {LOCALITY}]
    if not streets or not towns:
        return None
    return re.sub(r"^[\d\s\-A-Da-d]*(?=[A-Z][a-z])", "", address[streets[0]]), address[towns[-1]]


def beside(cases: list[Case], seed: int = 13) -> Iterator[Case]:
    """Return queries that speak of a place beside the premises: near, and never the premises."""
    dice = random.Random(seed)
    for case in cases:
        if case.expected == "premises" and case.category in ("clean", "no_pc", "name_street", "name_town"):
            word = dice.choice(("opp", "opposite", "next to", "behind", "nr", "rear of", "Adj to", "opp. the"))
            yield replace(case, query=f"{word} {case.query}", category="beside", expected="near", weight=0.0)


def pointed(cases: list[Case], seed: int = 17) -> Iterator[Case]:
    """Return places typed as coordinates."""
    dice = random.Random(seed)
    for case in dice.sample(cases, 120):
        if case.truth is not None:
            east, north = case.truth
            square = f"{'TQ' if east < 600000 else 'TR'} {int(east) % 100000:05d} {int(north) % 100000:05d}"
            query = dice.choice((square, f"{east:.0f} {north:.0f}", square.replace(" ", ""), f"grid ref {square}"))
            yield Case(query, "typed point", "point", frozenset(), case.truth, 100.0, case.fold, weight=0.0)


def junk() -> Iterator[Case]:
    """Return writings that name nothing: they must go to a person, and no place may be claimed."""
    for text in (
        "tbc", "n/a", "as above", "see previous visit", "the school", "community centre", "shop", "asdf", "?",
        "call control", "the pub", "no address given", "12", "flat 2", "high street", "station road", "the church",
        "awaiting details", "1 the street", "care home", "village hall", "unit 5", "ask station", "fish bar",
    ):  # fmt: skip
        yield Case(text, "junk", "unresolved", frozenset(), None, 0.0, "", weight=0.5)
