"""Who may read and who may change what Protection holds (docs/domain/4.6.md, row "Notices")."""

from schemas.vocabulary import Role

READERS = (
    Role.PROTECTION,
    Role.RISK_TEAM,
    Role.RISK_TEAM_MANAGER,
    Role.PERFORMANCE,
    Role.INFORMATION_GOVERNANCE,
)
WRITERS = (Role.PROTECTION,)
