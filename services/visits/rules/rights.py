"""Who may send a visit, by the form or by a device, and who may read what became of it."""

from schemas.vocabulary import INSIDE, Role

CREWS = (Role.FIREFIGHTER, Role.OFFICER_IN_CHARGE)
SENDERS = (
    *CREWS,
    Role.RISK_TEAM,
    Role.RISK_TEAM_MANAGER,
    Role.PROTECTION,
    Role.PREVENTION,
    Role.SAFEGUARDING,
)
# Those who read the record of a premises see its photographs beside it.
MEDIA_READERS = (
    *CREWS,
    Role.CONTROL,
    Role.MDT,
    Role.RISK_TEAM,
    Role.RISK_TEAM_MANAGER,
    Role.PROTECTION,
    Role.SAFEGUARDING,
    Role.INFORMATION_GOVERNANCE,
)
READERS = (*CREWS, Role.RISK_TEAM, Role.RISK_TEAM_MANAGER, Role.INFORMATION_GOVERNANCE)
# The administrator looks after every tablet, an officer in charge after those of their own station.
TABLET_KEEPERS = (Role.ADMINISTRATOR, Role.OFFICER_IN_CHARGE)
# Whether a visit is theirs to read is asked of each visit (rules/readers.py); who comes from outside has none.
STORY_READERS = INSIDE
