"""The blocks about the building: how to get in, what it is, who is inside, and how a fire there is to be fought."""

from collections.abc import Callable
from dataclasses import dataclass

from schemas.risk_register import RiskFacts
from schemas.vocabulary import ApplianceAccess, Dependency, ExternalWall
from services.control.presenters.accounts import Account, Accounts, block
from services.control.presenters.parts import Block, Fact
from services.domain.words import words_for

COMBUSTIBLE = (
    ExternalWall.ACM,
    ExternalWall.HPL,
    ExternalWall.EPS_RENDER,
    ExternalWall.TIMBER,
    ExternalWall.OTHER_COMBUSTIBLE,
)
NEED_HELP = (Dependency.DEPENDENT, Dependency.SECURE)


@dataclass(frozen=True)
class Row:
    """One line of a block: the facts it is made of, its words, when it warns, and whether its absence is told."""

    key: str
    label: str
    facts: tuple[str, ...]
    words: Callable[[RiskFacts], str | None]
    warns: Callable[[RiskFacts], bool] = lambda known: False
    asked_for: bool = False


def joined(*parts: str | None) -> str | None:
    """Return the parts that are there, with a dot between them; None if there is none."""
    return " · ".join(part for part in parts if part) or None


def counted(number: float | None, unit: str, form: str = "{:g} {}") -> str | None:
    """Return a quantity with its unit, or None."""
    return None if number is None else form.format(number, unit)


def row_fact(row: Row, accounts: Accounts) -> Fact:
    """Return a line with what is published and what each report says of it."""

    def words(account: Account) -> str | None:
        return row.words(account.facts)

    return accounts.fact(row.key, row.label, row.facts, words, lambda account: row.warns(account.facts))


def access_block(accounts: Accounts, codes_held: bool) -> Block:
    """Return how to get there and in; as old as what a driver relies on: the way in, where to wait, box and safe."""
    facts = _rows(ACCESS, accounts)
    if not codes_held:
        facts.append(Fact(key="codes", label="Codes", value=None))
    return block("access", "Access", facts, frozenset({"appliances", "rvp", "entry", "sib", "key_safe"}))


def building_block(accounts: Accounts) -> Block:
    """Return what the building is; as old as what decides on going in: height, stairs, structure and outside wall."""
    matter = frozenset({"height", "stairs", "construction", "external_wall", "compartments"})
    return block("building", "Building", _rows(BUILDING, accounts), matter)


def people_block(accounts: Accounts) -> Block:
    """Return who is inside, by day and by night; as old as the numbers, who sleeps and who depends on help."""
    return block("people", "People", _rows(PEOPLE, accounts), frozenset({"most", "sleeping", "dependency"}))


def tactics_block(accounts: Accounts) -> Block:
    """Return what crews wrote on how to fight a fire here, only what they wrote; as old as the oldest of it."""
    return block("tactics", "Tactics", _rows(TACTICS, accounts))


def _rows(rows: tuple[Row, ...], accounts: Accounts) -> list[Fact]:
    facts = ((row, row_fact(row, accounts)) for row in rows)
    return [fact for row, fact in facts if row.asked_for or fact.known]


def _appliances(known: RiskFacts) -> str | None:
    access = known.appliance_access
    words = None
    if access is not None:
        words = words_for(access) if access is ApplianceAccess.GOOD else words_for(access).upper()
    return joined(
        words,
        counted(known.access_width_m, "m wide"),
        counted(known.access_height_m, "m high"),
        counted(known.access_weight_t, "t"),
    )


def _rendezvous(known: RiskFacts) -> str | None:
    if known.rvp is None:
        return None
    return joined(known.rvp.point, f"///{known.rvp.w3w.lstrip('/')}" if known.rvp.w3w else None)


def _information_box(known: RiskFacts) -> str | None:
    if known.sib is None:
        return None
    return (known.sib.location or "Yes, place not recorded") if known.sib.present else "None"


def _most(known: RiskFacts) -> str | None:
    by_day, by_night = counted(known.max_day, "by day", "{:,} {}"), counted(known.max_night, "by night", "{:,} {}")
    return joined(by_day, by_night)


def _sleeping(known: RiskFacts) -> str | None:
    return None if known.sleeping is None else ("People sleep here" if known.sleeping else "Nobody sleeps here")


def _height(known: RiskFacts) -> str | None:
    floors = counted(known.storeys_above, "floor" if known.storeys_above == 1 else "floors")
    if known.storeys_below is not None:
        below = f" + {known.storeys_below} below ground" if known.storeys_below else ", no basement"
        floors = f"{floors}{below}" if floors else below.lstrip(" +,")
    return joined(floors, counted(known.height_top_storey_m, "m", "top {:g} {}"))


def _stairs(known: RiskFacts) -> str | None:
    if known.staircases is None:
        return None
    return {0: "No stairs", 1: "Single stair"}.get(known.staircases, f"{known.staircases} stairs")


def _wall(known: RiskFacts) -> str | None:
    wall = known.external_wall if known.external_wall is not ExternalWall.UNKNOWN else None
    rated = f"appraised {words_for(known.fraew_rating).lower()}" if known.fraew_rating else None
    return joined(words_for(wall) if wall else None, rated if wall or rated != "appraised not appraised" else None)


def _compartments(known: RiskFacts) -> str | None:
    if known.compartment_concern is None:
        return None
    return "Concern about fire walls" if known.compartment_concern else "No concern"


def _built_of(known: RiskFacts) -> str | None:
    return ", ".join(words_for(each) for each in known.construction) or None


def _area(known: RiskFacts) -> str | None:
    return None if known.floor_area_m2 is None else f"{known.floor_area_m2:,.0f} m²"


def _written(name: str) -> Callable[[RiskFacts], str | None]:
    return lambda known: getattr(known, name) or None


def _coded(name: str) -> Callable[[RiskFacts], str | None]:
    return lambda known: words_for(code) if (code := getattr(known, name)) else None


CLASS = Row("premises_class", "Class", ("premises_class",), _coded("premises_class"))
OCCUPANCY = Row("occupancy", "Use", ("occupancy_status",), _coded("occupancy_status"))
CRITICAL = Row(
    "critical_facts", "Critical facts", ("critical_facts",), lambda known: "; ".join(known.critical_facts) or None
)
ACCESS = (
    Row(
        "appliances",
        "Appliances",
        ("appliance_access", "access_width_m", "access_height_m", "access_weight_t"),
        _appliances,
        lambda known: known.appliance_access in (ApplianceAccess.RESTRICTED, ApplianceAccess.NONE),
        asked_for=True,
    ),
    Row("rvp", "RVP", ("rvp",), _rendezvous, asked_for=True),
    Row("entry", "Entry", ("entry_point",), _written("entry_point"), asked_for=True),
    Row("sib", "Information box", ("sib",), _information_box, asked_for=True),
    Row("key_safe", "Key safe", ("key_safe",), _written("key_safe")),
    Row("note", "Note", ("access_note",), _written("access_note")),
)
BUILDING = (
    Row("height", "Height", ("storeys_above", "storeys_below", "height_top_storey_m"), _height, asked_for=True),
    Row("stairs", "Stairs", ("staircases",), _stairs, lambda known: known.staircases == 1, asked_for=True),
    Row("construction", "Built of", ("construction",), _built_of, asked_for=True),
    Row(
        "external_wall",
        "Outside wall",
        ("external_wall", "fraew_rating"),
        _wall,
        lambda known: known.external_wall in COMBUSTIBLE,
        asked_for=True,
    ),
    Row(
        "compartments",
        "Compartments",
        ("compartment_concern",),
        _compartments,
        lambda known: bool(known.compartment_concern),
    ),
    Row("roof", "Roof", ("roof",), _written("roof")),
    Row("voids", "Voids", ("voids",), _written("voids")),
    Row("floor_area", "Floor area", ("floor_area_m2",), _area),
)
PEOPLE = (
    Row("most", "Most inside", ("max_day", "max_night"), _most, asked_for=True),
    Row("sleeping", "Sleeping", ("sleeping",), _sleeping, asked_for=True),
    Row(
        "dependency",
        "Dependency",
        ("dependency",),
        _coded("dependency"),
        lambda known: known.dependency in NEED_HELP,
        asked_for=True,
    ),
    Row("assembly", "Assembly point", ("assembly_point",), _written("assembly_point")),
)
TACTICS = (
    Row("tactics", "Tactics", ("tactics_note",), _written("tactics_note")),
    Row("pda", "Attendance suggested", ("pda_suggestion",), _written("pda_suggestion")),
    Row("sectors", "Sectors", ("sector_note",), _written("sector_note")),
    Row("salvage", "Save first", ("salvage_priorities",), _written("salvage_priorities")),
)
