"""Visits for devices and machines, and the photographs and plans that follow them."""
