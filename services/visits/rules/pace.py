"""How many visits one sign-in may send: far more than any crew ever has."""

from services.shared.rates import Rate

# A station that was without signal for a week sends some dozens at once, a service that brings its old records in
# some thousands; the whole of a large service makes about 100 visits a day.
INTAKE = Rate(at_once=2_000, every_s=0.05)
# A tablet asks what became of its visits every few seconds while its page is open, and so may twenty of one sign-in.
ASKING = Rate(at_once=200, every_s=0.2)
