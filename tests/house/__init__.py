"""Tests of this part; see docs/house.md, section 6."""
