"""The tables of referrals and safeguarding."""
