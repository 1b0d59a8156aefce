"""List what is new or changed in the gazetteer, so that others can find every premises and all its names."""

from collections.abc import Sequence
from datetime import datetime

from schemas.premises import ListedPremises, PremisesListed
from services.premises.rules.snapshots import Snapshot
from services.premises.store.listing import Unlisted, list_unlisted, save_listed
from services.premises.store.snapshots import SnapshotKeeper
from services.shared.transactions import Work

# 250 entries are about 60 kB, far below the 1 MiB that Kafka takes in one message.
ENTRIES_A_PART = 250
PARTS_AT_ONCE = 10
# Between two pieces of work whoever hears it deals with other news, such as a crew's report of a danger.
REST_S = 0.5


async def list_premises(work: Work, now: datetime, keeper: SnapshotKeeper) -> int:
    """Say the next entries that have not been listed as they are now; return how many, 0 when all are listed.

    None is said while the station grounds are still being read anew: it is told which of them an entry lies in.
    """
    snapshot = await keeper.current(work)
    if not await keeper.is_current(work, snapshot):
        return 0
    unlisted = await list_unlisted(work, ENTRIES_A_PART * PARTS_AT_ONCE)
    for start in range(0, len(unlisted), ENTRIES_A_PART):
        part = unlisted[start : start + ENTRIES_A_PART]
        first, last = part[0], part[-1]
        part_id = f"{first.generation}/{first.premises_id}"
        work.say(PremisesListed(part_id=part_id, generation=last.generation, entries=_entries(part, snapshot)))
    if unlisted:
        await save_listed(work, unlisted[-1])
    return len(unlisted)


def _entries(part: Sequence[Unlisted], snapshot: Snapshot) -> tuple[ListedPremises, ...]:
    points = [(each.easting, each.northing) if each.easting and each.northing else None for each in part]
    grounds = snapshot.localities.grounds_of(points)
    entries = (ListedPremises.model_validate(each, from_attributes=True) for each in part)
    pairs = zip(entries, grounds, strict=True)
    return tuple(entry.model_copy(update={"station_ground": ground}) for entry, ground in pairs)
