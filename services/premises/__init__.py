"""Owns: which real building an address means.
Hears: visits.submitted, risk-register.reviewed.
Says: premises.located, premises.not-located, premises.location-withdrawn.
Never: guesses: what is not certain goes to a person.
"""
