"""What of a tablet is shown to who looks after it: never by which sign-ins it was used."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from services.visits.rules.tablets import Tablet, TabletState


class TabletShown(BaseModel):
    """A tablet as it is listed; `station` is that of who used it last, `name` what its menu shows."""

    model_config = ConfigDict(from_attributes=True)

    tablet_id: str
    name: str
    station: str | None
    state: TabletState
    first_seen_at: datetime
    last_seen_at: datetime
    lost_at: datetime | None
    lost_by: str | None
    lost_why: str | None
    emptied_at: datetime | None


def tablet_shown(tablet: Tablet) -> TabletShown:
    """Return a tablet as it is listed."""
    return TabletShown.model_validate(tablet)
