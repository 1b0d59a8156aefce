"""The number of an incident: one way to write it, so that what belongs to one incident is found under one number."""

import re

NUMBER = re.compile(r"(?=.*\d)[A-Z0-9][A-Z0-9._/-]{0,39}")
NOT_A_NUMBER = "give the number alone, as the mobilising system has it, such as 2026-004711"


def incident_number(written: str | None) -> str | None:
    """Return an incident's number in capitals and without spaces, None if it is none.

    Policy: docs/domain/4.1.md (A): a visit after an incident names it.
    """
    number = "".join((written or "").upper().split())
    return number if NUMBER.fullmatch(number) else None
