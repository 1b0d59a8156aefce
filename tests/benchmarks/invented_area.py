"""An invented county of any size, the same each time: towns, streets, numbers and names, all from made-up words."""

import csv
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from services.matching import Entry

SEED = 1666
# Postcode areas that the Post Office has given to nobody.
AREAS = ("XQ", "XK", "XV", "XR", "XG", "XJ", "XU", "XB")
INWARD = "ABDEFGHJLNPQRSTUWXYZ"
ADDRESSES_A_POSTCODE = 16
ADDRESSES_A_TOWN = 8_000
FIRST_ID = 999_000_000_000
SOURCE = "invented for measuring"

HEADS = (
    "Wex",
    "Arrel",
    "Pel",
    "Hallow",
    "Orr",
    "Tam",
    "Brin",
    "Corve",
    "Dun",
    "Esk",
    "Fal",
    "Gar",
    "Hes",
    "Ilm",
    "Jor",
)
TAILS = ("combe", "bridge", "wardine", "marsh", "stoke", "bury", "thorpe", "ley", "wick", "mere", "ford", "stow")
VILLAGES = ("Little", "Great", "Upper", "Nether", "Old", "Market")
SYLLABLES = (
    "bal",
    "cor",
    "den",
    "fen",
    "gil",
    "har",
    "kes",
    "lam",
    "mor",
    "nar",
    "pol",
    "quen",
    "rud",
    "sel",
    "tor",
    "vin",
)
ENDINGS = ("ton", "ham", "low", "sby", "ridge", "well", "croft", "field", "gate", "holt")
COMMON = (
    "High", "Church", "Station", "Mill", "Park", "Victoria", "King", "Queen", "Albert", "Chapel", "School", "Bridge",
    "Castle", "Market", "Meadow", "Orchard", "Priory", "Abbey", "Quay", "Grange", "Manor", "London", "West", "North",
)  # fmt: skip
TYPES = ("Street", "Road", "Lane", "Avenue", "Close", "Drive", "Gardens", "Terrace", "Way", "Crescent", "Court", "Hill")
TRADES = (
    "Bakery", "Garage", "Stores", "Arms", "Cafe", "Pharmacy", "Nursery", "Joinery", "Takeaway", "Dental Practice",
    "Lodge", "Primary School", "Care Home", "Motors", "Kitchen", "Fish Bar",
)  # fmt: skip
HOUSES = ("Cottage", "House", "Farm", "Barn", "Villa", "Lodge")


@dataclass(frozen=True, slots=True)
class Town:
    """A town with its villages, and where it lies in metres (EPSG:27700)."""

    name: str
    district: str
    easting: float
    northing: float


@dataclass(frozen=True, slots=True)
class Street:
    """A street: its place, and how many addresses it has."""

    name: str
    locality: str
    town: Town
    easting: float
    northing: float
    length: int


def invented_word(number: int) -> str:
    """Return the made-up word of a number: each number has one of its own up to 40,960."""
    number, ending = divmod(number, len(ENDINGS))
    number, first = divmod(number, len(SYLLABLES))
    number, second = divmod(number, len(SYLLABLES))
    middle = SYLLABLES[second] if number else ""
    third = SYLLABLES[number % len(SYLLABLES)] if number else SYLLABLES[second]
    return (SYLLABLES[first] + middle + third + ENDINGS[ending]).capitalize()


def _towns(scale: int) -> Iterator[Town]:
    places = [head + tail for tail in TAILS for head in HEADS]
    for number in range(max(3, scale // ADDRESSES_A_TOWN)):
        name = places[number % len(places)] + (" Regis" if number >= len(places) else "")
        district = f"{AREAS[number // 60 % len(AREAS)]}{1 + number % 60}"
        yield Town(name, district, 300_000.0 + number % 15 * 9_000, 150_000.0 + number // 15 * 9_000)


def _streets(town: Town, addresses: int, dice: random.Random) -> Iterator[Street]:
    """Give the streets of a town until they hold so many addresses; no name comes twice in one town."""
    names: set[str] = set()
    while addresses > 0:
        word = dice.choice(COMMON) if dice.random() < 0.3 else invented_word(dice.randrange(2_560))
        name = f"{word} {dice.choice(TYPES)}"
        if name in names:
            continue
        names.add(name)
        length = min(addresses, dice.randint(12, 70))
        village = f"{dice.choice(VILLAGES)} {town.name}" if dice.random() < 0.2 else ""
        east, north = dice.randint(-3_000, 3_000), dice.randint(-3_000, 3_000)
        yield Street(name, village, town, town.easting + east, town.northing + north, length)
        addresses -= length


def _entry(number: int, street: Street, at: int, postcode: str, dice: random.Random) -> Entry:
    kind = dice.random()
    house = 1 + at * 2 if at < street.length // 2 else 2 + (at - street.length // 2) * 2
    name, first = "", f"{house} {street.name}"
    if kind < 0.14:
        name = f"{invented_word(dice.randrange(40_960))} {dice.choice(TRADES)}"
    elif kind < 0.17:
        name = f"{invented_word(dice.randrange(40))} & Sons"
    elif kind < 0.25:
        first = f"{invented_word(dice.randrange(40_960))} {dice.choice(HOUSES)}, {street.name}"
    elif kind < 0.33:
        first = f"Flat {1 + at % 6}, {house} {street.name}"
    lines = [first, street.locality, street.town.name]
    return Entry(
        str(FIRST_ID + number), name, ", ".join(line for line in lines if line), postcode,
        street.easting + at * 7.5, street.northing + at % 2 * 12.0, source=SOURCE,
    )  # fmt: skip


def invented_entries(scale: int) -> Iterator[Entry]:
    """Give so many premises, the same for the same number: about one in six has a name, one in twelve is a flat."""
    dice = random.Random(SEED)
    number = 0
    towns = list(_towns(scale))
    for nth, town in enumerate(towns):
        postcodes = 0
        share = scale * (nth + 1) // len(towns) - number
        for street in _streets(town, share, dice):
            for at in range(street.length):
                if at and at % ADDRESSES_A_POSTCODE == 0:
                    postcodes += 1
                yield _entry(number, street, at, _postcode(town.district, postcodes), dice)
                number += 1
            postcodes += 1


def _postcode(district: str, number: int) -> str:
    number, last = divmod(number, len(INWARD))
    sector, middle = divmod(number, len(INWARD))
    return f"{district} {sector % 10}{INWARD[middle]}{INWARD[last]}"


def postcodes_of(entries: list[Entry]) -> list[tuple[str, float, float]]:
    """Return the postcodes of some premises, each with the place of the first that has it."""
    found: dict[str, tuple[str, float, float]] = {}
    for entry in entries:
        found.setdefault(entry.postcode, (entry.postcode, entry.easting or 0.0, entry.northing or 0.0))
    return list(found.values())


def write_area(entries: list[Entry], folder: Path) -> tuple[Path, Path]:
    """Write the two files that `ravi gazetteer load` reads, postcodes and premises, and return where they are."""
    postcodes, premises = folder / "postcodes.csv", folder / "premises.csv"
    with postcodes.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("postcode", "easting", "northing"))
        writer.writerows(postcodes_of(entries))
    with premises.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("premises_id", "name", "address", "postcode", "easting", "northing"))
        writer.writerows((e.premises_id, e.name, e.address, e.postcode, e.easting, e.northing) for e in entries)
    return postcodes, premises
