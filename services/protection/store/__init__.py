"""Where Protection's records are kept; the only one to open its tables."""
