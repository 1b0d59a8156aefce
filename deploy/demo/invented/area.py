"""Builds the whole sample area from its drawing: the same drawing always gives the same area."""

from dataclasses import dataclass

from invented.geometry import Neighbours
from invented.layout import Border, Layout, read_layout
from invented.postcodes import Postcode, give_postcodes
from invented.premises import Premises, Register, address
from invented.sites import put_up_blocks, put_up_sites
from invented.streets import build_along
from invented.water import Hydrant, set_hydrants

# How far from the middle of a river, a brook or the railway nobody builds, in metres.
NO_BUILDING_M = {"river": 34.0, "brook": 12.0, "railway": 20.0}
# Streets whose houses were sold by plot number: the plots are still on the gazetteer as history.
SOLD_BY_PLOT = ("Heron Drive", "Damson Drive")
PLOTS_TO_COME = 8
STATION_CLASS = "CX02"


@dataclass(frozen=True)
class Station:
    station_id: str
    name: str
    premises: Premises


@dataclass(frozen=True)
class Area:
    layout: Layout
    premises: list[Premises]
    postcodes: list[Postcode]
    stations: list[Station]
    hydrants: list[Hydrant]

    @property
    def borders(self) -> tuple[Border, ...]:
        return self.layout.borders


def build_area() -> Area:
    """Return the invented Vale of Arrel, complete."""
    layout = read_layout()
    register, ground = Register(), Neighbours()
    _keep_free(layout, ground)
    put_up_sites(layout, register, ground)
    put_up_blocks(layout, register, ground)
    for street in layout.streets:
        build_along(street, layout, register, ground)
    _remember_plots(register)
    _announce_plots(layout, register)
    premises, postcodes = give_postcodes(register)
    return Area(layout, premises, postcodes, _stations(layout, premises), set_hydrants(layout))


def _keep_free(layout: Layout, ground: Neighbours) -> None:
    """Keep water, railway and every road clear of houses that belong elsewhere."""
    for landmark in layout.landmarks:
        if landmark.kind in NO_BUILDING_M:
            ground.add_line(landmark.line, NO_BUILDING_M[landmark.kind], landmark.kind)
    for street in layout.streets:
        ground.add_line(street.line, 20.0 if street.style == "trunk" else 6.5, street.key)


def _remember_plots(register: Register) -> None:
    for street in SOLD_BY_PLOT:
        homes = [entry for entry in register if entry.street == street and not entry.parent_id]
        for plot, home in enumerate(homes[:5], start=1):
            register.add(
                written=address(home.place, f"Plot {plot}", home.street),
                point=home.point,
                classification=home.classification,
                premises_class=home.premises_class,
                place=home.place,
                street=home.street,
                status=8,
            )


def _announce_plots(layout: Layout, register: Register) -> None:
    """Add the flats that are being built on the quay: on the gazetteer, but provisional."""
    site = next(entry for entry in register if entry.premises_class == "CONSTRUCTION_SITE")
    for plot in range(1, PLOTS_TO_COME + 1):
        register.add(
            written=address(site.place, f"Plot {plot}", site.name, site.street),
            point=site.point,
            classification="RD06",
            premises_class="FLATS_MID",
            place=site.place,
            street=site.street,
            parent_id=site.premises_id,
            status=6,
            state=1,
        )


def _stations(layout: Layout, premises: list[Premises]) -> list[Station]:
    posts = (entry for entry in premises if entry.classification == STATION_CLASS)
    houses = {post.name.removesuffix(" Fire Station"): post for post in posts}
    grounds = [border for border in layout.borders if border.kind == "station_ground"]
    return [Station(ground.id, ground.name, houses[ground.name]) for ground in grounds]
