"""Who may see the scorecard."""

from schemas.vocabulary import Role

READERS = (Role.PERFORMANCE, Role.RISK_TEAM_MANAGER, Role.INFORMATION_GOVERNANCE, Role.ADMINISTRATOR)
