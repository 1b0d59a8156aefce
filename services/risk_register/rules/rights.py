"""Who may do what in the register: the central risk team decides; others read the queue, or the record alone."""

from schemas.vocabulary import Role

DESK = (Role.RISK_TEAM, Role.RISK_TEAM_MANAGER)
QUEUE_READERS = (*DESK, Role.CONTROL, Role.INFORMATION_GOVERNANCE)
RECORD_READERS = (*QUEUE_READERS, Role.PROTECTION)
RULE_MAKERS = (Role.RISK_TEAM_MANAGER,)
COMPETENCE_KEEPERS = (Role.RISK_TEAM_MANAGER,)
PLAN_READERS = (*DESK, Role.OFFICER_IN_CHARGE)
CAPACITY_SETTERS = (Role.RISK_TEAM_MANAGER,)
# A responsible person has its own reports and nothing else; Protection follows them up, and says who answers for what.
RESPONSIBLE = (Role.RESPONSIBLE_PERSON,)
FAULT_READERS = (*DESK, Role.PROTECTION)
ACCOUNT_KEEPERS = (Role.ADMINISTRATOR, Role.PROTECTION)
