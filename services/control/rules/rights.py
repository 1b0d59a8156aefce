"""Who may see what control is shown, open codes, and is led from a record to somebody's work."""

from schemas.vocabulary import Role

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
# Who sends visits and may read records is given what a visit begins from.
PACK_READERS = (
    Role.FIREFIGHTER,
    Role.OFFICER_IN_CHARGE,
    Role.RISK_TEAM,
    Role.RISK_TEAM_MANAGER,
    Role.PROTECTION,
    Role.SAFEGUARDING,
)
CODE_READERS = (Role.CONTROL, Role.RISK_TEAM, Role.RISK_TEAM_MANAGER, Role.MDT)
# Those who have a tablet report a change by a visit.
VISITORS = (Role.FIREFIGHTER, Role.OFFICER_IN_CHARGE)
# Who is led to the pages on which consent is entered and its withdrawal recorded; those pages themselves ask who may.
ENTERERS = (Role.RISK_TEAM, Role.RISK_TEAM_MANAGER, Role.PROTECTION)
WITHDRAWERS = (*ENTERERS, Role.SAFEGUARDING)
# Who opens and closes incidents: the control room, and the mobilising system that signs in as it.
INCIDENT_KEEPERS = (Role.CONTROL,)
# Who is asked after an incident whether the risk information was right.
ASKED_AFTER_INCIDENTS = (*INCIDENT_KEEPERS, *VISITORS)
# Whose watches are asked to have read what changed, and who says that theirs has.
TO_READ = VISITORS
# Who sees which watch owes a reading: an officer in charge for the own station, the others everywhere.
WHO_READ_EVERYWHERE = (Role.RISK_TEAM_MANAGER, Role.INFORMATION_GOVERNANCE)
WHO_READ = (Role.OFFICER_IN_CHARGE, *WHO_READ_EVERYWHERE)
# Who searches the read log; the manager among the own team's readings alone.
LOG_READERS = (Role.RISK_TEAM_MANAGER, Role.INFORMATION_GOVERNANCE)
# Who may know of a plan for a marauding-terrorist attack, and of what is wrong with a file of plans.
KNOW_ALL_PLANS = (Role.CONTROL, Role.RISK_TEAM, Role.RISK_TEAM_MANAGER)
# Who sees the persons at risk of an incident: control, the commander's tablet, the screens in the appliances; control
# alone writes.
BOARD_READERS = (Role.CONTROL, Role.OFFICER_IN_CHARGE, Role.MDT)
