"""The policy of referrals: which are raised, who gets them, by when, and with whose consent."""
