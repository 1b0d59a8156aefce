"""Owns: the risk record of each premises, its versions, the review queue, temporary risks, and which visits are asked.
Hears: visits.media-received, premises.located, premises.location-withdrawn.
Says: risk-register.updated, risk-register.reviewed, risk-register.visit-asked, risk-register.visit-ask-ended.
Never: lowers a risk without a person, or shows an unreviewed addition as verified.
"""
