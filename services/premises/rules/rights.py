"""Who places visits and looks after the gazetteer: the central risk team."""

from schemas.vocabulary import Role

DESK = (Role.RISK_TEAM, Role.RISK_TEAM_MANAGER)
