"""Plumbing that every service stands on; it knows no word of the fire service and no service by name."""
