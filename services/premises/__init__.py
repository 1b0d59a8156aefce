"""Owns: which real building an address means.
Hears: visits.submitted.
Says: premises.located, premises.not-located.
Never: guesses: what is not certain goes to a person.
"""
