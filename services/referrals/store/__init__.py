"""Where referrals and cases are kept: two schemas, asked in the same words."""
