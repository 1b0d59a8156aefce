"""Who places visits and looks after the gazetteer: the central risk team."""

from schemas.vocabulary import INSIDE, Role

DESK = (Role.RISK_TEAM, Role.RISK_TEAM_MANAGER)
# Whoever works here may ask where an address is; who comes from outside may not.
ASKERS = INSIDE
