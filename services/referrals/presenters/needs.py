"""What those who may end it are shown of the help that people agreed to tell of."""

from typing import Any

from schemas.referrals import HelpNeeded
from services.domain.words import words_for
from services.referrals.rules.records import HeldUnit


def held_as_json(unit: HeldUnit) -> dict[str, Any]:
    """Return one flat for a machine."""
    return {
        "id": str(unit.id),
        "unit_ref": unit.help[0].unit_ref or None,
        "remove_at": unit.remove_at,
        "people": [each.model_dump(mode="json", exclude={"unit_ref"}) for each in unit.help],
    }


def held_shown(unit: HeldUnit) -> dict[str, Any]:
    """Return one flat for the page."""
    return {
        "id": str(unit.id),
        "unit": unit.help[0].unit_ref or "The whole address",
        "help": "; ".join(_help(each) for each in unit.help),
        "consented_at": min(each.consented_at for each in unit.help),
        "remove_at": unit.remove_at,
    }


def _help(needed: HelpNeeded) -> str:
    floor = f"floor {needed.floor}" if needed.floor else ""
    statement = "statement exists" if needed.ees_exists else ""
    return ", ".join(part for part in (floor, words_for(needed.assistance).lower(), statement) if part)
