"""Thousands of visits while processes are killed: `make faults` proves from outside that nothing is lost or doubled."""
