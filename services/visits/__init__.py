"""Owns: what the crew sent, word for word, and the story of it.
Hears: premises.located, premises.not-located, premises.location-withdrawn,
    risk-register.reviewed, risk-register.visit-asked, risk-register.visit-ask-ended,
    risk-register.quality-checked,
    referrals.raised, referrals.acknowledged, referrals.moved, control.shown.
Says: visits.submitted, visits.concerns-noted, visits.media-received.
Never: lets a word of sections J or SG, a contact or an entry code leave its walls unsealed.
"""
