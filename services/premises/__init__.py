"""Owns: which real building an address means.
Hears: visits.submitted, risk-register.reviewed.
Says: premises.located, premises.not-located, premises.location-withdrawn, premises.listed.
Never: guesses: what is not certain goes to a person.
"""
