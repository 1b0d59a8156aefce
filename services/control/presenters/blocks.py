"""The blocks about the building: how to get in, what it is, who is inside, and how a fire there is to be fought."""

from datetime import datetime

from schemas.risk_register import RiskFacts, RiskScore
from schemas.vocabulary import ApplianceAccess, Dependency, ExternalWall, RiskFlag
from schemas.words import words_for
from services.control.presenters.parts import Block, Fact

COMBUSTIBLE = (
    ExternalWall.ACM,
    ExternalWall.HPL,
    ExternalWall.EPS_RENDER,
    ExternalWall.TIMBER,
    ExternalWall.OTHER_COMBUSTIBLE,
)
NEED_HELP = (Dependency.DEPENDENT, Dependency.SECURE)
IN_FORCE = "Prohibition notice in force"


def joined(*parts: str | None) -> str | None:
    """Return the parts that are there, with a dot between them; None if there is none."""
    return " · ".join(part for part in parts if part) or None


def counted(number: float | None, unit: str, form: str = "{:g} {}") -> str | None:
    """Return a quantity with its unit, or None."""
    return None if number is None else form.format(number, unit)


def access_block(facts: RiskFacts | None, confirmed_at: datetime | None, codes_held: bool) -> Block:
    """Return how to get there and in."""
    known = facts or RiskFacts()
    limited = known.appliance_access in (ApplianceAccess.RESTRICTED, ApplianceAccess.NONE)
    shown = [
        Fact(key="appliances", label="Appliances", value=_appliances(known), alert=limited),
        Fact(key="rvp", label="RVP", value=_rendezvous(known)),
        Fact(key="entry", label="Entry", value=known.entry_point),
        Fact(key="sib", label="Information box", value=_information_box(known)),
    ]
    if known.key_safe:
        shown.append(Fact(key="key_safe", label="Key safe", value=known.key_safe))
    if known.access_note:
        shown.append(Fact(key="note", label="Note", value=known.access_note))
    if not codes_held:
        shown.append(Fact(key="codes", label="Codes", value=None))
    return Block(key="access", title="Access", confirmed_at=confirmed_at, facts=tuple(shown))


def building_block(facts: RiskFacts | None, confirmed_at: datetime | None) -> Block:
    """Return what the building is."""
    known = facts or RiskFacts()
    wall = known.external_wall
    built_of = ", ".join(words_for(each) for each in known.construction) or None
    shown = [
        Fact(key="height", label="Height", value=_height(known)),
        Fact(key="stairs", label="Stairs", value=_stairs(known), alert=known.staircases == 1),
        Fact(key="construction", label="Built of", value=built_of),
        Fact(key="external_wall", label="Outside wall", value=_wall(known), alert=wall in COMBUSTIBLE),
    ]
    if known.compartment_concern:
        shown.append(Fact(key="compartments", label="Compartments", value="Concern about fire walls", alert=True))
    for key, label, value in (("roof", "Roof", known.roof), ("voids", "Voids", known.voids)):
        if value:
            shown.append(Fact(key=key, label=label, value=value))
    if known.floor_area_m2 is not None:
        shown.append(Fact(key="floor_area", label="Floor area", value=f"{known.floor_area_m2:,.0f} m²"))
    return Block(key="building", title="Building", confirmed_at=confirmed_at, facts=tuple(shown))


def people_block(facts: RiskFacts | None, confirmed_at: datetime | None) -> Block:
    """Return who is inside, by day and by night."""
    known = facts or RiskFacts()
    sleeping = None if known.sleeping is None else ("People sleep here" if known.sleeping else "Nobody sleeps here")
    shown = [
        Fact(key="most", label="Most inside", value=_most(known)),
        Fact(key="sleeping", label="Sleeping", value=sleeping),
        Fact(
            key="dependency",
            label="Dependency",
            value=words_for(known.dependency) if known.dependency else None,
            alert=known.dependency in NEED_HELP,
        ),
    ]
    if known.assembly_point:
        shown.append(Fact(key="assembly", label="Assembly point", value=known.assembly_point))
    return Block(key="people", title="People", confirmed_at=confirmed_at, facts=tuple(shown))


def notices_block(score: RiskScore | None) -> Block:
    """Return the fire safety notices as far as the risk score knows of one; the rest is not held here."""
    in_force = score is not None and RiskFlag.PROHIBITION_NOTICE in score.flags
    fact = Fact(key="notices", label="Notices", value=IN_FORCE if in_force else None, alert=in_force)
    return Block(key="notices", title="Notices", confirmed_at=None, facts=(fact,))


def tactics_block(facts: RiskFacts | None, confirmed_at: datetime | None) -> Block:
    """Return what the crew wrote on how to fight a fire here; only what they wrote."""
    known = facts or RiskFacts()
    written = (
        ("tactics", "Tactics", known.tactics_note),
        ("pda", "Attendance suggested", known.pda_suggestion),
        ("sectors", "Sectors", known.sector_note),
        ("salvage", "Save first", known.salvage_priorities),
    )
    shown = tuple(Fact(key=key, label=label, value=value) for key, label, value in written if value)
    return Block(key="tactics", title="Tactics", confirmed_at=confirmed_at, facts=shown)


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


def _height(known: RiskFacts) -> str | None:
    floors = counted(known.storeys_above, "floor" if known.storeys_above == 1 else "floors")
    if known.storeys_below is not None:
        below = f"+ {known.storeys_below} below ground" if known.storeys_below else "no basement"
        floors = f"{floors} {below}" if floors else below.removeprefix("+ ")
    return joined(floors, counted(known.height_top_storey_m, "m", "top {:g} {}"))


def _stairs(known: RiskFacts) -> str | None:
    if known.staircases is None:
        return None
    return {0: "No stairs", 1: "Single stair"}.get(known.staircases, f"{known.staircases} stairs")


def _wall(known: RiskFacts) -> str | None:
    if known.external_wall is None or known.external_wall is ExternalWall.UNKNOWN:
        return None
    rated = f"appraised {words_for(known.fraew_rating).lower()}" if known.fraew_rating else None
    return joined(words_for(known.external_wall), rated)
