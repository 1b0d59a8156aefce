"""Owns: which real building an address means.
Hears: visits.submitted.
Says: premises.located, premises.not-located, premises.listed.
Never: guesses: what is not certain goes to a person.
"""
