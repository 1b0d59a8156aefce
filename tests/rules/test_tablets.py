"""What is kept of a tablet in use, and what may become of one that is lost."""

from datetime import UTC, datetime, timedelta

import pytest

from schemas.vocabulary import Role
from services.visits.rules.tablets import (
    EMPTIED_ALREADY,
    MOST_SIGN_INS,
    NOT_REPORTED,
    REPORTED_ALREADY,
    Tablet,
    TabletState,
    emptied,
    found_again,
    is_kept_by,
    is_tablet_id,
    reported_lost,
    seen,
)

NOW = datetime(2026, 11, 30, 14, 2, tzinfo=UTC)
ID = "TAB-0A1B2C3D4E"
USED = seen(None, ID, "S1", "first", NOW)[0]


def lost() -> Tablet:
    """Return a tablet that was reported lost."""
    tablet = reported_lost(USED, "oic", "left behind", NOW)
    assert isinstance(tablet, Tablet)
    return tablet


@pytest.mark.parametrize(
    ("sign_in", "minutes", "is_news"),
    [("first", 0, False), ("first", 9, False), ("first", 10, True), ("second", 0, True)],
)
def test_a_use_is_news_every_ten_minutes_and_by_a_new_sign_in(sign_in: str, minutes: int, *, is_news: bool) -> None:
    tablet, kept = seen(USED, ID, "S2", sign_in, NOW + timedelta(minutes=minutes))
    assert kept is is_news
    assert (tablet.station, sign_in in tablet.sign_ins) == (("S2", True) if is_news else ("S1", True))


def test_the_newest_hundred_sign_ins_of_a_day_are_kept() -> None:
    tablet = USED
    for number in range(MOST_SIGN_INS + 5):
        tablet, _ = seen(tablet, ID, "S1", str(number), NOW + timedelta(minutes=number + 1))
    assert len(tablet.sign_ins) == MOST_SIGN_INS
    assert "first" not in tablet.sign_ins
    assert "104" in tablet.sign_ins
    later, _ = seen(tablet, ID, "S1", "next day", NOW + timedelta(days=2))
    assert list(later.sign_ins) == ["next day"]


def test_a_lost_tablet_is_found_until_it_is_empty() -> None:
    assert reported_lost(lost(), "ada", "again", NOW) == REPORTED_ALREADY
    assert found_again(lost()) == USED
    assert found_again(USED) == NOT_REPORTED
    empty = emptied(lost(), NOW)
    assert empty is not None
    assert (empty.state, found_again(empty), emptied(empty, NOW)) == (TabletState.EMPTIED, EMPTIED_ALREADY, None)
    assert emptied(USED, NOW) is None


@pytest.mark.parametrize(
    ("role", "station", "is_theirs"),
    [
        (Role.ADMINISTRATOR, None, True),
        (Role.OFFICER_IN_CHARGE, "S1", True),
        (Role.OFFICER_IN_CHARGE, "S2", False),
        (Role.OFFICER_IN_CHARGE, None, False),
        (Role.FIREFIGHTER, "S1", False),
    ],
)
def test_a_tablet_is_looked_after_by_its_station_and_the_administrator(
    role: Role, station: str | None, *, is_theirs: bool
) -> None:
    assert is_kept_by(USED, [role], station) is is_theirs


def test_a_tablet_of_no_station_is_the_administrators_alone() -> None:
    nowhere = seen(None, ID, None, "first", NOW)[0]
    assert not is_kept_by(nowhere, [Role.OFFICER_IN_CHARGE], None)
    assert is_kept_by(nowhere, [Role.ADMINISTRATOR], None)


@pytest.mark.parametrize("written", ["", ID.lower(), ID + "\n", "TAB-123", "0A1B2C3D4E"])
def test_nothing_else_is_the_id_of_a_tablet(written: str) -> None:
    assert not is_tablet_id(written)
    assert is_tablet_id(ID)
