"""What may stand in an address in the place of an id; that it is text at all is seen to before (readable.py)."""

from typing import Annotated

from fastapi import Path

LONGEST_ID = 64

Id = Annotated[str, Path(min_length=1, max_length=LONGEST_ID)]
Hash = Annotated[str, Path(min_length=64, max_length=64, pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the whole")]
