"""What Protection goes by: notices, audits, incidents, the lines of its feeds, and what is said of a building: pure."""
