"""What happens when a photograph, plan or scan of a visit may be seen: it is kept beside the visit."""

from collections.abc import Sequence

from schemas.visits import MediaReceived
from services.control.store.media import save_media
from services.domain.media import media_in
from services.shared.transactions import Heard, Work


async def keep_media(heard: Sequence[Heard[MediaReceived]], work: Work) -> None:
    """Keep which files of visits may be seen; their bytes stay with the service of visits."""
    await save_media(work, media_in(each.event for each in heard))
