"""What one person may see of the referrals, as values that pages and API both use."""
