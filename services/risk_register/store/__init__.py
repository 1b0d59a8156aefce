"""Where the register keeps its records, their versions, what is unverified, and the review queue."""
