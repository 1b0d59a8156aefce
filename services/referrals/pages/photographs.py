"""A photograph of people, for whoever has the case open at this moment."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.referrals.gateways.photographs import SealedPhotographs
from services.referrals.handlers.reading import NOT_HERE, open_photograph
from services.referrals.rules.rights import PEOPLE_READERS
from services.shared.errors import NotFound
from services.shared.identity import Person, may
from services.shared.kept_files import beside, kept_files
from services.shared.secrets import CannotOpen
from services.shared.service import Tools
from services.shared.transactions import transaction
from services.shared.web.acting import cause_of
from services.shared.web.asked import Hash

# What somebody sent is looked at, never run, and nothing keeps a copy.
HEADERS = {
    # A browser lays a picture out by a style of its own.
    "Content-Security-Policy": "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


def photograph_pages(tools: Tools) -> APIRouter:
    """Return the route of photographs of people."""
    router = APIRouter(prefix="/referrals/{referral_id}/photographs", tags=["pages"], include_in_schema=False)
    folder = SealedPhotographs(kept_files(tools.settings))

    @router.get("/{sha256}")
    async def photograph(
        request: Request, referral_id: UUID, sha256: Hash, person: Person = may(*PEOPLE_READERS)
    ) -> Response:
        """Show a photograph of people; who looked at it is kept."""
        async with transaction(tools.database, tools.clock, cause_of("referrals", person, request)) as work:
            found = await open_photograph(referral_id, sha256, person, work, tools.vault)
        try:
            content = await beside(folder.opened, found.visit_id, sha256, found.data_key)
        except (FileNotFoundError, CannotOpen):
            raise NotFound(NOT_HERE) from None
        shown = "inline" if found.mime.startswith("image/") else "attachment"
        return Response(content, media_type=found.mime, headers={**HEADERS, "Content-Disposition": shown})

    return router
