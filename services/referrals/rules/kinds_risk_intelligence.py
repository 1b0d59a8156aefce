"""The kinds of risk intelligence referral, most of them for the risk information team: one line of policy each."""

from schemas.vocabulary import Priority, ReferralKind
from services.referrals.rules.clocks import hours, working_days, working_hours
from services.referrals.rules.kind_policy import KindPolicy

RISK_TEAM = "Risk information team"

RISK_INTELLIGENCE_KINDS = (
    KindPolicy(
        ReferralKind.RI1,
        "New or unknown risk",
        RISK_TEAM,
        {Priority.P1: working_hours(4), Priority.P2: working_days(1), Priority.P3: working_days(3)},
        None,
        "as the review queue says",
    ),
    KindPolicy(
        ReferralKind.RI2,
        "Risk record wrong or missing",
        RISK_TEAM,
        {Priority.P2: working_hours(4), Priority.P3: working_days(3)},
        None,
        "",
    ),
    KindPolicy(
        ReferralKind.RI3,
        "Temporary risk or event",
        "Risk information team and Control",
        {Priority.P2: working_hours(4)},
        None,
        "shown at once",
    ),
    KindPolicy(
        ReferralKind.RI4,
        "Hydrant or water defect",
        "Water office",
        {Priority.P2: working_days(2), Priority.P3: working_days(2)},
        working_days(5),
        "inspect",
    ),
    KindPolicy(
        ReferralKind.RI5,
        "Hazardous materials or pollution",
        "Hazardous materials officer, Environment Agency",
        {Priority.P2: working_hours(4)},
        working_days(1),
        "assess",
    ),
    KindPolicy(
        ReferralKind.RI6,
        "Crime, counter-terrorism or illicit use",
        "Police liaison",
        {Priority.P1: hours(1), Priority.P2: working_days(1)},
        None,
        "",
        restricted=True,
    ),
    KindPolicy(
        ReferralKind.RI7,
        "Utilities",
        "Network operator",
        {Priority.P2: working_hours(4)},
        working_days(1),
        "inform",
    ),
    KindPolicy(
        ReferralKind.RI8,
        "Near the border, of use to a neighbouring service",
        "Neighbouring service",
        {Priority.P3: working_days(3)},
        None,
        "on publication",
    ),
    KindPolicy(
        ReferralKind.RI9,
        "Crew safety marker",
        "Health and safety with the designated safeguarding officer",
        {Priority.P2: working_days(1)},
        None,
        "decide; expires after 12 months",
    ),
)
