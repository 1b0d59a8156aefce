"""Fits and measures the address matcher on the development data of Kent: `python -m tests.benchmarks.matching`."""
