"""The tables of control."""

from services.control.tables import reading, records

__all__ = ["reading", "records"]
