"""What referrals does when it hears of a visit, when a desk decides, and when time is up."""
