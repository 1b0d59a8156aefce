"""Who may read what control is shown, and on whose behalf a request acts."""

from fastapi import Request

from schemas.vocabulary import Role
from services.shared.event_log import Cause
from services.shared.identity import Person

READERS = (
    Role.CONTROL,
    Role.FIREFIGHTER,
    Role.OFFICER_IN_CHARGE,
    Role.MDT,
    Role.RISK_TEAM,
    Role.RISK_TEAM_MANAGER,
    Role.PROTECTION,
    Role.SAFEGUARDING,
    Role.INFORMATION_GOVERNANCE,
)
CODE_READERS = (Role.CONTROL, Role.RISK_TEAM, Role.RISK_TEAM_MANAGER, Role.MDT)
SHORTEST_PURPOSE, LONGEST_PURPOSE = 5, 200


def by(person: Person, request: Request) -> Cause:
    """Return on whose behalf a request acts."""
    return Cause("control", person.name, request.state.correlation_id)
