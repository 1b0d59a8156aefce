"""What `ravi bench …` measures, and the tests of it; see docs/house.md, section 6."""

from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
