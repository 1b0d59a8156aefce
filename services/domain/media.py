"""Photographs, plans and scans that may be seen: what is kept of each beside a visit, and how it is called."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from schemas.visits import MediaReceived

KINDS = {
    "image/jpeg": "Photograph",
    "image/png": "Picture",
    "application/pdf": "Plan or scan",
    "model/gltf-binary": "3D model",
}


MB = 1024 * 1024
FORMATS = {"application/pdf": "PDF", "model/gltf-binary": "GLB"}


@dataclass(frozen=True)
class Medium:
    """A photograph, plan or scan of a visit; `size` in bytes, `scanned` if a virus scanner has looked at it.

    `pin_plan` is the plan of the same visit that it is pinned on, `pin_x` and `pin_y` where, in fractions of its sides.
    """

    visit_id: str
    sha256: str
    mime: str
    size: int
    caption: str | None
    floor: str | None
    scanned: bool
    received_at: datetime
    pin_plan: str | None = None
    pin_x: float | None = None
    pin_y: float | None = None

    @property
    def address(self) -> str:
        """Return where it is looked at."""
        return f"/media/{self.visit_id}/{self.sha256}"

    @property
    def title(self) -> str:
        """Return how it is called: the crew's caption, or what kind of file it is."""
        return self.caption or KINDS.get(self.mime, "File")

    @property
    def format(self) -> str:
        """Return what opens it, as people call it; empty for a picture, which needs nothing."""
        return FORMATS.get(self.mime, "")

    @property
    def size_words(self) -> str:
        """Return how large it is, as people say it: whoever is on a weak line looks before fetching it."""
        return f"{self.size / MB:.1f} MB" if self.size >= MB else f"{max(1, round(self.size / 1024))} KB"

    @property
    def is_a_picture(self) -> bool:
        """Return whether it can be looked at beside others; a plan or scan is opened by itself."""
        return self.mime.startswith("image/")


@dataclass(frozen=True)
class OnPlan:
    """A photograph on the plan that it is pinned on: its number among all that is seen; its floor, or the plan's."""

    number: int
    medium: Medium
    floor: str | None


@dataclass(frozen=True)
class Plan:
    """A picture on which others are pinned, with those."""

    medium: Medium
    pinned: tuple[OnPlan, ...]


def plans_in(media: Iterable[Medium]) -> tuple[Plan, ...]:
    """Return the plans among files that may be seen, what is pinned on each under its number in the order given.

    A pin on a plan that may not be seen (yet) is left out; what is sealed is not among the files, nor is its pin.

    Policy: docs/domain/4.1.md, section M.
    """
    seen = tuple(media)
    plans = (
        Plan(
            plan,
            tuple(
                OnPlan(number, each, each.floor or plan.floor)
                for number, each in enumerate(seen, 1)
                if (each.visit_id, each.pin_plan) == (plan.visit_id, plan.sha256)
            ),
        )
        for plan in seen
        if plan.is_a_picture
    )
    return tuple(plan for plan in plans if plan.pinned)


def media_in(received: Iterable[MediaReceived]) -> tuple[Medium, ...]:
    """Return what is kept of files that may be seen.

    Policy: docs/domain/4.1.md, section M.
    """
    return tuple(
        Medium(
            each.visit_id,
            each.sha256,
            each.mime,
            each.size,
            each.caption,
            each.floor,
            each.scanned,
            each.received_at,
            *((each.pin.plan, each.pin.x, each.pin.y) if each.pin else ()),
        )
        for each in received
    )
