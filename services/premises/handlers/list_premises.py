"""List what is new or changed in the gazetteer, so that others can find every premises and all its names."""

from datetime import datetime

from schemas.premises import ListedPremises, PremisesListed
from services.premises.store.listing import list_unlisted, save_listed
from services.shared.transactions import Work

# 250 entries are about 60 kB, far below the 1 MiB that Kafka takes in one message.
ENTRIES_A_PART = 250
PARTS_AT_ONCE = 10
# Between two pieces of work whoever hears it deals with other news, such as a crew's report of a danger.
REST_S = 0.5


async def list_premises(work: Work, now: datetime) -> int:
    """Say the next entries that have not been listed as they are now; return how many, 0 when all are listed."""
    unlisted = await list_unlisted(work, ENTRIES_A_PART * PARTS_AT_ONCE)
    for start in range(0, len(unlisted), ENTRIES_A_PART):
        part = unlisted[start : start + ENTRIES_A_PART]
        first, last = part[0], part[-1]
        part_id = f"{first.generation}/{first.premises_id}"
        entries = tuple(ListedPremises.model_validate(each, from_attributes=True) for each in part)
        work.say(PremisesListed(part_id=part_id, generation=last.generation, entries=entries))
    if unlisted:
        await save_listed(work, unlisted[-1])
    return len(unlisted)
