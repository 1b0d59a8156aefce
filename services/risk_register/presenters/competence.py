"""A competence in words: where it stands."""

from services.domain.working_time import date_words
from services.risk_register.rules.competence import Competence, CompetenceState


def competence_words(competence: Competence, state: CompetenceState) -> str:
    """Return where a competence stands: "Until 12 Dec 2027", "Expired on 12 Dec 2026"."""
    withdrawn_on = competence.withdrawn_on or competence.until_on
    return {
        CompetenceState.EXPIRED: f"Expired on {date_words(competence.until_on)}",
        CompetenceState.ENDS_SOON: f"Ends on {date_words(competence.until_on)}",
        CompetenceState.CURRENT: f"Until {date_words(competence.until_on)}",
        CompetenceState.TO_COME: f"From {date_words(competence.from_on)}",
        CompetenceState.WITHDRAWN: f"Withdrawn on {date_words(withdrawn_on)}",
    }[state]
