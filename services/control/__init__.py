"""Owns: what control, crews and neighbours see.
Hears: risk-register.updated, referrals.needs-updated.
Says: control.shown.
Never: changes a risk record, or asks another service while a caller waits.
"""
