"""Owns: the measures: where every visit is, and whether any was lost.
Hears: visits.submitted, premises.located, premises.not-located, premises.location-withdrawn,
    risk-register.reviewed, risk-register.quality-checked, referrals.raised, referrals.acknowledged, control.shown,
    control.debrief-answered.
Says: nothing.
Never: counts people, or shows a number under five that is about them.
"""
