"""Referrals for machines: the desks, what a crew raised, and the help that people agreed to tell of."""
