"""Tests of this part; see the house rules, section 6."""
