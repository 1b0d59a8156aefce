"""The tables of control."""

from services.control.tables import debriefs, records, surroundings

__all__ = ["debriefs", "records", "surroundings"]
