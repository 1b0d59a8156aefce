"""Give a visit back to whoever may amend it; what its author sealed to its author alone, and that is kept."""

from schemas.visits import PrivateDetails
from services.shared.secrets import CannotOpen, Vault
from services.shared.transactions import Work
from services.visits.views import GivenBack


async def open_private(found: GivenBack, work: Work, vault: Vault) -> PrivateDetails | None:
    """Return the contacts and the entry code of a visit for its author; None for anybody else, or if they are gone."""
    if found.private is None:
        return None
    record = f"visit/{found.visit.visit_id}"
    try:
        opened = PrivateDetails.model_validate_json(await vault.open(work, found.private, record))
    except CannotOpen:
        return None
    work.note(record, "given back to its author")
    return opened
