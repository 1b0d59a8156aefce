"""The table of referral kinds, one line of policy each, and how urgent one referral of a kind is."""

from collections.abc import Mapping
from types import MappingProxyType

from schemas.vocabulary import Priority, ReferralKind
from services.referrals.rules.clocks import NOW, SAME_DAY, elapsed, working
from services.referrals.rules.kind_policy import KindPolicy

PROTECTION, RISK_TEAM, DSO = "Protection", "Risk information team", "Designated safeguarding officer"
P0, P1, P2, P3, P4 = Priority
# Of each kind: what it is, who gets it, how soon they acknowledge one of each priority, how soon they act, and how.
_TABLE = (
    # Building safety, most of them for Protection.
    KindPolicy(ReferralKind.BS1, "Imminent risk to life from the building", "Duty fire safety officer",
        {P1: elapsed(minutes=15)}, elapsed(hours=2), "decide", through_control=True),
    KindPolicy(ReferralKind.BS2, "Serious deficiency, or evacuation strategy unknown in a high-rise", PROTECTION,
        {P2: working(days=1)}, working(days=5), "triage"),
    KindPolicy(ReferralKind.BS3, "Minor matter, advice wanted", "Business safety",
        {P4: working(days=5)}, elapsed(days=28), "advise"),
    KindPolicy(ReferralKind.BS4, "Key fire-fighting equipment out of order", PROTECTION,
        {P2: working(hours=4)}, working(days=1), "contact the responsible person"),
    KindPolicy(ReferralKind.BS5, "External wall, structure or higher-risk building concern", PROTECTION,
        {P2: working(days=1)}, working(days=3), "triage"),
    KindPolicy(ReferralKind.BS6, "House in multiple occupation or private rented housing",
        "Local housing authority via Protection", {P3: working(days=2)}, working(days=10), "pass on"),
    KindPolicy(ReferralKind.BS7, "Alteration without approval, or breach of a notice", PROTECTION,
        {P2: working(days=1)}, working(days=5), "triage"),
    KindPolicy(ReferralKind.BS8, "Inspection needed after a fire", PROTECTION,
        {P3: working(days=1)}, working(days=10), "inspect"),
    # Risk intelligence, most of them for the risk information team.
    KindPolicy(ReferralKind.RI1, "New or unknown risk", RISK_TEAM,
        {P1: working(hours=4), P2: working(days=1), P3: working(days=3)}, None, "as the review queue says"),
    KindPolicy(ReferralKind.RI2, "Risk record wrong or missing", RISK_TEAM,
        {P2: working(hours=4), P3: working(days=3)}, None, ""),
    KindPolicy(ReferralKind.RI3, "Temporary risk or event", "Risk information team and Control",
        {P2: working(hours=4)}, None, "shown at once"),
    KindPolicy(ReferralKind.RI4, "Hydrant or water defect", "Water office",
        {P2: working(days=2), P3: working(days=2)}, working(days=5), "inspect"),
    KindPolicy(ReferralKind.RI5, "Hazardous materials or pollution", "Hazardous materials officer, Environment Agency",
        {P2: working(hours=4)}, working(days=1), "assess"),
    KindPolicy(ReferralKind.RI6, "Crime, counter-terrorism or illicit use", "Police liaison",
        {P1: elapsed(hours=1), P2: working(days=1)}, None, "", restricted=True),
    KindPolicy(ReferralKind.RI7, "Utilities", "Network operator",
        {P2: working(hours=4)}, working(days=1), "inform"),
    KindPolicy(ReferralKind.RI8, "Near the border, of use to a neighbouring service", "Neighbouring service",
        {P3: working(days=3)}, None, "on publication"),
    KindPolicy(ReferralKind.RI9, "Crew safety marker", "Health and safety with the designated safeguarding officer",
        {P2: working(days=1)}, None, "decide; expires after 12 months"),
    # Safeguarding and vulnerability, all of them restricted.
    KindPolicy(ReferralKind.SG1, "Immediate danger to an adult or child", "999 and the designated safeguarding officer",
        {P0: elapsed(minutes=15)}, NOW, "ring before the form", restricted=True, through_control=True),
    KindPolicy(ReferralKind.SG2, "Concern about a child", f"{DSO}, children's services",
        {P1: elapsed(hours=1)}, SAME_DAY, "same day; in writing within 1 working day", restricted=True),
    KindPolicy(ReferralKind.SG3, "Adult with care needs at risk of abuse or neglect", f"{DSO}, adult services",
        {P1: elapsed(hours=1)}, working(days=1), "same or next working day", restricted=True),
    KindPolicy(ReferralKind.SG4, "Domestic abuse", f"{DSO}, police",
        {P1: elapsed(hours=1)}, SAME_DAY, "same day", restricted=True),
    KindPolicy(ReferralKind.SG5, "Self-neglect or hoarding", f"{DSO}, Safe and Well",
        {P1: elapsed(hours=4), P2: elapsed(hours=4)}, working(days=2), "contact", restricted=True),
    KindPolicy(ReferralKind.SG6, "Exploitation, modern slavery or trafficking", f"{DSO}, police",
        {P1: elapsed(hours=1)}, SAME_DAY, "same day", restricted=True),
    KindPolicy(ReferralKind.SG7, "Radicalisation", f"{DSO}, Prevent",
        {P1: elapsed(hours=4)}, working(days=1), "contact", restricted=True),
    KindPolicy(ReferralKind.SG8, "Mental-health crisis or risk of suicide",
        "999 or 111, and the designated safeguarding officer", {P0: elapsed(minutes=15), P1: elapsed(minutes=15)}, NOW,
        "ring before the form", restricted=True, through_control=True),
    KindPolicy(ReferralKind.SG9, "Child who sets fires", f"Fire-setter scheme, {DSO}",
        {P2: working(days=1)}, working(days=5), "contact", restricted=True),
    KindPolicy(ReferralKind.SG10, "Vulnerable, below the safeguarding threshold", "Safe and Well",
        {P3: working(days=2)}, elapsed(days=28),
        "reach the person: very high need 1 working day, high 7 days, medium or low 28 days", restricted=True),
    KindPolicy(ReferralKind.SG11, "Wellbeing: falls, cold home or isolation", "Safe and Well",
        {P4: working(days=5)}, working(days=20), "signpost", restricted=True),
)  # fmt: skip
KINDS: Mapping[ReferralKind, KindPolicy] = MappingProxyType({line.kind: line for line in _TABLE})

WATER_MATTERS_MORE_FROM_LEVEL = 4
RISK_PRIORITY_BY_LEVEL = {5: Priority.P1, 4: Priority.P2}


def priority_of(
    kind: ReferralKind, *, level: int | None = None, safety_critical: bool = False, urgent: bool = True
) -> Priority:
    """Return how urgent a referral is.

    `level` is the base risk level, where known, and `safety_critical` says that control sees something at once. The
    kinds that policy leaves open (RI6, SG5, SG8) take their higher priority unless a person said it is not urgent.

    Policy: docs/domain/4.2.md.
    """
    open_to = KINDS[kind].priorities
    if kind is ReferralKind.RI1:
        return RISK_PRIORITY_BY_LEVEL.get(level or 0, Priority.P3)
    if kind is ReferralKind.RI2:
        return Priority.P2 if safety_critical else Priority.P3
    if kind is ReferralKind.RI4:
        return Priority.P2 if (level or 0) >= WATER_MATTERS_MORE_FROM_LEVEL else Priority.P3
    return open_to[0] if urgent else open_to[-1]
