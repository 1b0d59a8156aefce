"""How often one sign-in may search: far more often than a control room types."""

from services.shared.rates import Rate

# One operator types at most eight letters a second, each of which searches; a room of twenty under one sign-in, all
# typing at once, comes to 160 a second for some seconds and to less than one a second over an hour.
SEARCHES = Rate(at_once=2_000, every_s=0.025)
# A tablet asks every few minutes; twenty of one station under one sign-in come to a few a minute.
PACKS = Rate(at_once=60, every_s=2)
