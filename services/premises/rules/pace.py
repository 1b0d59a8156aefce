"""How often one sign-in may look premises up by what is written: far more often than people type."""

from services.shared.rates import Rate

# As for control: letters typed quickly by many under one sign-in. Whole files are matched by `ravi match`.
LOOKS = Rate(at_once=2_000, every_s=0.025)
