"""How often one account may report: far more than any building has faults."""

from services.shared.rates import Rate

# A landlord of many blocks sends some dozens after its monthly checks; then one every half minute.
REPORTS = Rate(at_once=60, every_s=30.0)
