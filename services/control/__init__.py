"""Owns: what control, crews and neighbours see, who read it and which watch must, an incident with its persons at risk,
    and what is asked and answered after it.
Hears: visits.submitted, visits.media-received, premises.located, premises.not-located, premises.location-withdrawn,
    premises.listed, risk-register.updated, risk-register.reviewed, referrals.needs-updated.
Says: control.shown, control.danger-shown, control.debrief-asked, control.debrief-answered, control.incident-changed,
    control.persons-at-risk-changed.
Never: changes a risk record, asks another service while a caller waits, or says what stands on a persons-at-risk board.
"""
