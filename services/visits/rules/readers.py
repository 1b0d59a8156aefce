"""Who may read the story of a visit."""

from collections.abc import Collection

from schemas.vocabulary import Role

READ_ALL = frozenset({Role.RISK_TEAM, Role.RISK_TEAM_MANAGER, Role.INFORMATION_GOVERNANCE})


def may_read_story(
    *, reader: str, roles: Collection[str], reader_station: str | None, author: str, visit_station: str
) -> bool:
    """Return whether somebody may read a visit's story: its author, its station, the risk team.

    Policy: docs/domain/4.6.md, "own submissions".
    """
    if reader == author or any(role in READ_ALL for role in roles):
        return True
    same_station = reader_station is not None and reader_station == visit_station
    return same_station and Role.OFFICER_IN_CHARGE in roles
