"""Invented names: no shop, firm, pub or person here exists, so the surnames are made up as well."""

from collections import Counter
from itertools import permutations
from random import Random

# A name, its classification on the gazetteer, and the class a crew would give it on a visit form.
Trade = tuple[str, str, str]

# Surnames that nobody bears, for shop fronts and factory gates.
FAMILIES = (
    "Ambersley", "Arkendrew", "Bellisthwaite", "Brackwick", "Corvane", "Crandlemire", "Dunstaithe", "Eskerby",
    "Farrendine", "Gossamerton", "Hathermoss", "Inklepen", "Jessamoor", "Kettlewright", "Larkhurdle", "Mossendew",
    "Narrowgate", "Ombersole", "Pargetter-Vine", "Quillerby", "Rushenlow", "Sallowick", "Tallowin", "Underbarrow-Poe",
    "Vennerdale", "Wexcombe-Rudge", "Yarrowmere", "Zelderby",
)  # fmt: skip

# What the shops sell.
SHOPS: tuple[Trade, ...] = (
    ("{family} Butchers", "CR08", "SHOP"),
    ("Arrel Books", "CR08", "SHOP"),
    ("{family} & Daughter Hardware", "CR08", "SHOP"),
    ("The {family} Bakery", "CR08", "SHOP"),
    ("{family} Pharmacy", "CR08", "SHOP"),
    ("{family} Opticians", "CR08", "SHOP"),
    ("Arrelbridge Fish Bar", "CR10", "SHOP"),
    ("{family} Tea Room", "CR07", "SHOP"),
    ("{family} & {other} Solicitors", "CO01", "OFFICE"),
    ("{family} Estate Agents", "CR02", "OFFICE"),
    ("Vale of Arrel Building Society", "CR01", "OFFICE"),
    ("{family} Hair", "CR08", "SHOP"),
    ("The Golden Heron Restaurant", "CR07", "SHOP"),
    ("Arrel Tandoori", "CR07", "SHOP"),
    ("Salt Quay Pizza", "CR10", "SHOP"),
    ("{family} Cycles", "CR08", "SHOP"),
    ("{family} Vape and Mobile", "CR08", "SHOP"),
    ("{family} Flowers", "CR08", "SHOP"),
    ("{family} Antiques", "CR08", "SHOP"),
    ("{family} Travel", "CR02", "OFFICE"),
    ("Arrel Vale Hospice Shop", "CR08", "SHOP"),
    ("{family} Dental Practice", "CM01", "OFFICE"),
    ("{family} Accountants", "CO01", "OFFICE"),
    ("{family} Shoes", "CR08", "SHOP"),
    ("{family} Convenience Store", "CR08", "SHOP"),
    ("{family} Launderette", "CR08", "SHOP"),
    ("{family} Barbers", "CR08", "SHOP"),
    ("{family} Wools", "CR08", "SHOP"),
)

# What is made or kept on the industrial estate.
WORKS: tuple[Trade, ...] = (
    ("{family} Precision Engineering", "CI03", "FACTORY"),
    ("{family} Joinery", "CI03", "FACTORY"),
    ("{family} Tyres and Exhausts", "CI03", "FACTORY"),
    ("{family} Plastics", "CI01", "FACTORY"),
    ("{family} Coatings", "CI01", "FACTORY"),
    ("{family} Foods", "CI01", "FACTORY"),
    ("{family} Print", "CI01", "FACTORY"),
    ("{family} Haulage", "CI04", "WAREHOUSE"),
    ("{family} Timber", "CI04", "WAREHOUSE"),
    ("{family} Self Storage", "CI04", "WAREHOUSE"),
    ("{family} Builders Merchants", "CI05", "WAREHOUSE"),
    ("{family} Welding and Fabrication", "CI03", "FACTORY"),
    ("{family} Body Shop", "CI03", "FACTORY"),
    ("{family} Scooter and E-Bike Store", "CI04", "WAREHOUSE"),
    ("{family} Upholstery", "CI03", "FACTORY"),
    ("{family} Laundry Services", "CI03", "FACTORY"),
    ("{family} Skip Hire", "CI06", "WASTE_RECYCLING"),
    ("{family} Agricultural Spares", "CI05", "WAREHOUSE"),
    ("{family} Gymnasium", "CL06", "ASSEMBLY_STADIUM"),
)

COTTAGES = (
    "Rose Cottage", "Ivy Cottage", "The Old Forge", "Pear Tree House", "The Old Vicarage", "Yew Tree Cottage",
    "Orchard House", "The Wheelwrights", "Bramble Cottage", "The Granary", "Lilac Cottage", "Brook House",
    "Swallow Barn", "The Old Post Office", "Holly Bank", "Quince Cottage", "Weavers", "The Cider House", "Thatchers",
    "Millstone Barn", "Hop Kiln House", "Damson Cottage", "Lane End", "Wisteria House", "The Old School",
    "Jasmine Cottage", "Stable Cottage", "Church View", "Hill View", "The Hollies", "Withy Cottage", "Long Acre",
    "The Nook", "Walnut Tree Cottage", "The Dairy", "Heron Cottage", "Pound Cottage", "Greenways", "The Bothy",
    "Cuckoo Corner",
)  # fmt: skip


class Directory:
    """All businesses so far: no two share a name, and no trade has two more shops than another."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._count: Counter[Trade] = Counter()

    def shop(self, draw: Random) -> Trade:
        """Return a shop's name, its gazetteer classification and its class on a visit form."""
        return self._named(SHOPS, draw)

    def works(self, draw: Random) -> Trade:
        """Return a unit's name, its gazetteer classification and its class on a visit form."""
        return self._named(WORKS, draw)

    def _named(self, trades: tuple[Trade, ...], draw: Random) -> Trade:
        free = [trade for trade in trades if "{family}" in trade[0] or trade[0] not in self._taken]
        fewest = min(self._count[trade] for trade in free)
        trade = draw.choice([trade for trade in free if self._count[trade] == fewest])
        self._count[trade] += 1
        for family, other in permutations(draw.sample(FAMILIES, len(FAMILIES)), 2):
            name = trade[0].format(family=family, other=other)
            if name not in self._taken:
                self._taken.add(name)
                return (name, trade[1], trade[2])
        raise ValueError(f"no name left for {trade[0]}")
