"""The kinds of building safety referral, most of them for Protection: one line of policy each."""

from schemas.vocabulary import Priority, ReferralKind
from services.referrals.rules.clocks import days, hours, minutes, working_days, working_hours
from services.referrals.rules.kind_policy import KindPolicy

PROTECTION = "Protection"

BUILDING_SAFETY_KINDS = (
    KindPolicy(
        ReferralKind.BS1,
        "Imminent risk to life from the building",
        "Duty fire safety officer",
        {Priority.P1: minutes(15)},
        hours(2),
        "decide",
        through_control=True,
    ),
    KindPolicy(
        ReferralKind.BS2,
        "Serious deficiency, or evacuation strategy unknown in a high-rise",
        PROTECTION,
        {Priority.P2: working_days(1)},
        working_days(5),
        "triage",
    ),
    KindPolicy(
        ReferralKind.BS3,
        "Minor matter, advice wanted",
        "Business safety",
        {Priority.P4: working_days(5)},
        days(28),
        "advise",
    ),
    KindPolicy(
        ReferralKind.BS4,
        "Key fire-fighting equipment out of order",
        PROTECTION,
        {Priority.P2: working_hours(4)},
        working_days(1),
        "contact the responsible person",
    ),
    KindPolicy(
        ReferralKind.BS5,
        "External wall, structure or higher-risk building concern",
        PROTECTION,
        {Priority.P2: working_days(1)},
        working_days(3),
        "triage",
    ),
    KindPolicy(
        ReferralKind.BS6,
        "House in multiple occupation or private rented housing",
        "Local housing authority via Protection",
        {Priority.P3: working_days(2)},
        working_days(10),
        "pass on",
    ),
    KindPolicy(
        ReferralKind.BS7,
        "Alteration without approval, or breach of a notice",
        PROTECTION,
        {Priority.P2: working_days(1)},
        working_days(5),
        "triage",
    ),
    KindPolicy(
        ReferralKind.BS8,
        "Inspection needed after a fire",
        PROTECTION,
        {Priority.P3: working_days(1)},
        working_days(10),
        "inspect",
    ),
)
