"""The tables of control; those that a store names in SQL alone are made known here."""

from services.control.tables import incidents as incidents
