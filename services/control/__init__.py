"""Owns: what control, crews and neighbours see.
Hears: visits.submitted, visits.media-received, premises.located, premises.not-located, premises.location-withdrawn,
    premises.listed, risk-register.updated, risk-register.reviewed, referrals.needs-updated.
Says: control.shown, control.danger-shown, control.incident-changed.
Never: changes a risk record, or asks another service while a caller waits.
"""
