"""Owns: the risk record of each premises, the review queue, temporary risks, visits asked and visit plans,
    what ought to have a record, who may lead visits, checks of quality, tactical plans, what was found after
    incidents, the actions on it, faults that responsible persons report.
Hears: visits.media-received, premises.located, premises.location-withdrawn, premises.listed, protection.updated,
    referrals.marker-decided, control.debrief-asked, control.debrief-answered.
Says: risk-register.updated, risk-register.reviewed, risk-register.visit-asked, risk-register.visit-ask-ended,
    risk-register.quality-checked.
Never: lowers a risk without a person (only a caution that nobody reviewed in time ends by itself),
    or shows an unreviewed addition as verified.
"""
