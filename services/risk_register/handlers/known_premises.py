"""Keep what the gazetteer lists, and which of it ought to have a record."""

from collections.abc import Sequence

from schemas.premises import PremisesListed
from services.risk_register.rules.gaps import expected_of
from services.risk_register.store.gap_rules import share_rules
from services.risk_register.store.known_premises import count_addresses, save_expected, save_listed
from services.shared.transactions import Heard, Work


async def keep_known_premises(heard: Sequence[Heard[PremisesListed]], work: Work) -> None:
    """Keep what is new or changed in the gazetteer, and decide by the present rules what ought to have a record."""
    table = await share_rules(work)
    changed = await save_listed(work, [each.event for each in heard])
    buildings = await count_addresses(work, changed)
    await save_expected(work, [expected_of(one, addresses, table.rules) for one, addresses in buildings.items()])
