"""Owns: what control, crews and neighbours see, who read it and which watch must, and what is asked and answered of it
    after an incident.
Hears: visits.submitted, visits.media-received, premises.located, premises.not-located, premises.location-withdrawn,
    premises.listed, risk-register.updated, risk-register.reviewed, referrals.needs-updated.
Says: control.shown, control.danger-shown, control.debrief-asked, control.debrief-answered, control.incident-changed.
Never: changes a risk record, or asks another service while a caller waits.
"""
