"""The tables of referrals and safeguarding."""

from services.referrals.tables import cases, needs

__all__ = ["cases", "needs"]
