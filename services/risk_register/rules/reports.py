"""What control reads of visits that nobody has decided on: each crew's own facts, under its own name, newest first."""

from collections.abc import Iterable
from dataclasses import dataclass

from schemas.risk_register import RiskFacts
from services.domain.fact_keys import SCORE, Facts, put_together
from services.risk_register.rules.merging import Report, Seen
from services.risk_register.rules.showing import facts_to_show

# Enough for any screen, and small enough to travel; the record says how many there are in all.
MOST_SHOWN = 10
MOST_CHARACTERS = 400_000


@dataclass(frozen=True)
class Account:
    """What one crew says of a premises; `decided_with` is the visit in the queue that will settle it."""

    seen: Seen
    decided_with: str
    facts: RiskFacts


def newest_first(accounts: Iterable[Account]) -> tuple[Account, ...]:
    """Return what crews say, the latest seen first.

    Policy: docs/domain/4.5.md.
    """
    return tuple(sorted(accounts, key=lambda account: (account.seen.at, account.seen.visit_id), reverse=True))


def shown_at_most(accounts: Iterable[Account]) -> tuple[Account, ...]:
    """Return the newest accounts, as many as travel with a record: 10, fewer if they are very long, and always one.

    Policy: docs/domain/4.5.md: one screen.
    """
    shown: list[Account] = []
    length = 0
    for account in accounts:
        length += len(account.facts.model_dump_json(exclude_defaults=True))
        if len(shown) == MOST_SHOWN or (shown and length > MOST_CHARACTERS):
            break
        shown.append(account)
    return tuple(shown)


def accounts_in(report: Report) -> tuple[Account, ...]:
    """Return what each crew says in a report: what a merged visit told stands under its own crew.

    A visit that was returned to its crew is not among the reports shown: a reviewer found it not fit to be read as it
    is. Its dangers stand on control's screen all the same, for nobody has disproved them.

    Policy: docs/domain/4.4.md and docs/domain/4.5.md.
    """
    mine = Seen(report.visit_id, report.at, report.callsign, report.method)
    found: dict[str, tuple[Seen, Facts]] = {report.visit_id: (mine, {})}
    for key, value in report.facts.items():
        sighting = report.sighting(key)
        _, facts = found.setdefault(sighting.visit_id, (sighting, {}))
        if key != SCORE:
            facts[key] = value
    return tuple(Account(seen, report.visit_id, facts_to_show(put_together(facts))) for seen, facts in found.values())
