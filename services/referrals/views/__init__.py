"""What one person may see of the referrals, as values that the pages and the API show alike."""
