"""Invented names: no shop, firm, pub or person here exists, so the surnames are made up as well."""

from random import Random

# Surnames that nobody bears, for shop fronts and factory gates.
FAMILIES = (
    "Ambersley", "Arkendrew", "Bellisthwaite", "Brackwick", "Corvane", "Crandlemire", "Dunstaithe", "Eskerby",
    "Farrendine", "Gossamerton", "Hathermoss", "Inklepen", "Jessamoor", "Kettlewright", "Larkhurdle", "Mossendew",
    "Narrowgate", "Ombersole", "Pargetter-Vine", "Quillerby", "Rushenlow", "Sallowick", "Tallowin", "Underbarrow-Poe",
    "Vennerdale", "Wexcombe-Rudge", "Yarrowmere", "Zelderby",
)  # fmt: skip

# What a shop sells, the classification it has on the gazetteer, and the class a crew would give it.
SHOPS = (
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
WORKS = (
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
    ("{family} Fireworks Storage", "CI04", "WAREHOUSE"),
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


def shop(draw: Random, taken: set[str]) -> tuple[str, str, str]:
    """Return a shop's name, its gazetteer classification and its class on a visit form."""
    return _named(SHOPS, draw, taken)


def works(draw: Random, taken: set[str]) -> tuple[str, str, str]:
    """Return a unit's name, its gazetteer classification and its class on a visit form."""
    return _named(WORKS, draw, taken)


def _named(trades: tuple[tuple[str, str, str], ...], draw: Random, taken: set[str]) -> tuple[str, str, str]:
    """Return a trade under a name that no other business in the area has."""
    while True:
        pattern, classification, premises_class = draw.choice(trades)
        family, other = draw.sample(FAMILIES, 2)
        name = pattern.format(family=family, other=other)
        if name not in taken:
            taken.add(name)
            return name, classification, premises_class
