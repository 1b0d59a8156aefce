"""Who may read the story of a visit."""

from collections.abc import Collection

from schemas.vocabulary import Role

READ_ALL = frozenset({Role.RISK_TEAM, Role.RISK_TEAM_MANAGER, Role.INFORMATION_GOVERNANCE})


def people_of(sender: str, lead_officer: str, crew: Collection[str]) -> tuple[str, ...]:
    """Return whose visit it is: who sent it, who led it, and who was in the crew, each once.

    Policy: docs/domain/4.6.md, "own submissions".
    """
    return tuple(dict.fromkeys((sender, lead_officer, *crew)))


def may_have_receipt(sender: str, people: Collection[str]) -> bool:
    """Return whether somebody who sends a visit again is told that it is the one received: if it is theirs.

    Policy: docs/decisions/0012.
    """
    return sender in people


def may_read_story(
    *, reader: str, roles: Collection[str], reader_station: str | None, people: Collection[str], visit_station: str
) -> bool:
    """Return whether somebody may read a visit's story: its sender and crew, its officer in charge, the risk team.

    Policy: docs/domain/4.6.md, "own submissions".
    """
    if reader in people or any(role in READ_ALL for role in roles):
        return True
    same_station = reader_station is not None and reader_station == visit_station
    return same_station and Role.OFFICER_IN_CHARGE in roles
