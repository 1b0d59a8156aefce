"""Owns: the referral and its outcome.
Hears: visits.submitted, visits.concerns-noted, premises.located, premises.location-withdrawn,
    risk-register.reviewed.
Says: referrals.raised, referrals.acknowledged, referrals.moved, referrals.marker-decided,
    referrals.needs-updated.
Never: puts safeguarding detail in a log, in a topic that others hear, or in the risk record.
"""
