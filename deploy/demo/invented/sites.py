"""Puts up the buildings that are drawn one by one: churches, works, farms, and the blocks with their flats."""

from invented.geometry import Neighbours
from invented.layout import Block, Layout, Site
from invented.premises import Premises, Register, address

# A large site or a tall block has a postcode to itself, as the Royal Mail gives large users.
OWN_POSTCODE_RADIUS_M = 34
OWN_POSTCODE_FLATS = 12


def put_up_sites(layout: Layout, register: Register, ground: Neighbours) -> None:
    """Build every site in the order drawn, so that a part of a site finds its parent there already."""
    built: dict[str, Premises] = {}
    for site in layout.sites:
        built[site.name] = _site(site, built.get(site.parent), register)
        if site.status != 8:
            ground.add(site.point, site.radius_m + 5)


def _site(site: Site, parent: Premises | None, register: Register) -> Premises:
    where = f"{site.number} {site.street}" if site.number else site.street
    within = parent.name if parent else ""
    named = "" if site.number else site.name
    return register.add(
        name=site.name,
        written=address(site.place, named, within, where),
        point=site.point,
        classification=site.classification,
        premises_class=site.premises_class,
        place=site.place,
        street=site.street,
        parent_id=parent.premises_id if parent else "",
        status=site.status,
        state=site.state,
        alone=site.radius_m >= OWN_POSTCODE_RADIUS_M or site.state == 4,
    )


def put_up_blocks(layout: Layout, register: Register, ground: Neighbours) -> None:
    """Build every block: the building as parent shell, its flats as children at the same place."""
    for block in layout.blocks:
        ground.add(block.point, block.radius_m + 5)
        _block(block, register)


def _block(block: Block, register: Register) -> None:
    parent = register.add(
        name=block.name,
        written=address(block.place, block.name, block.street),
        point=block.point,
        classification="PP",
        premises_class=block.premises_class,
        place=block.place,
        street=block.street,
        alone=block.flats >= OWN_POSTCODE_FLATS,
    )
    for number in range(1, block.flats + 1):
        unit = f"{block.unit_word} {number}, {block.name}" if block.unit_word else f"{number} {block.name}"
        register.add(
            written=address(block.place, unit, block.street),
            point=block.point,
            classification="RD08" if block.premises_class == "SHELTERED_EXTRA_CARE" else "RD06",
            premises_class=block.premises_class,
            place=block.place,
            street=block.street,
            parent_id=parent.premises_id,
        )
