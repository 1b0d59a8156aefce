"""The tables of control, all of them: those that a store names in SQL alone are made known here."""

from services.control.tables import incidents, reading, records, surroundings

__all__ = ["incidents", "reading", "records", "surroundings"]
