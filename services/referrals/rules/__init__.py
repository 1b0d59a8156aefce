"""The policy of referrals: which are raised, who gets them, and by when."""
