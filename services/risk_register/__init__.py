"""Owns: the risk record of each premises, its versions and the review queue.
Hears: visits.media-received, premises.located, premises.location-withdrawn.
Says: risk-register.updated, risk-register.reviewed.
Never: lowers a risk without a person, or shows an unreviewed addition as verified.
"""
