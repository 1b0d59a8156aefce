"""What control answers to machines: records, searches, codes, and the live stream."""
