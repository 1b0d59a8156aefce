"""What lies outside the database of referrals: the sealed photographs of people, in the folder that visits fills."""
