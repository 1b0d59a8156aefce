"""Why a visit is refused: what the tablet has to mend before the visit can be taken."""

from collections.abc import Callable, Collection, Iterator
from datetime import datetime

from schemas.visits import VisitSubmission
from services.shared.errors import FieldReason
from services.visits.rules.authors import Author, reasons_to_refuse_author
from services.visits.rules.conditions import Asked, asked_of, condition, reader
from services.visits.rules.declaration import FORM, NAMED
from services.visits.rules.fields import Rule
from services.visits.rules.one_size import reasons_to_refuse_length
from services.visits.rules.order import in_page_order

Broken = Callable[[Asked], Iterator[str]]


def reasons_to_refuse(visit: VisitSubmission, now: datetime, unknown: Collection[str] = ()) -> tuple[FieldReason, ...]:
    """Return every reason to refuse a visit that fits the form, in the order of the form; empty if it is taken.

    What is `unknown` counts as not answered, and nothing is asked for because of it. Reasons say how to mend the field
    and never repeat what is in it.

    Policy: docs/domain/4.1.md, as the rules of `form/` have it.
    """
    asked = asked_of(visit.model_copy(update=dict.fromkeys(unknown)), now)
    return in_page_order(FieldReason(at, rule.words) for rule, broken in _REFUSES for at in broken(asked))


def warnings_on(visit: VisitSubmission, now: datetime) -> tuple[str, ...]:
    """Return the codes of the rules that only warn and hold of a visit, in the order of the form.

    Policy: docs/domain/4.1.md, what only warns.
    """
    asked = asked_of(visit, now)
    return tuple(rule.code for rule, broken in _WARNS if any(broken(asked)))


def every_reason_to_refuse(
    visit: VisitSubmission, author: Author, now: datetime, closed: tuple[str, str], unknown: Collection[str] = ()
) -> tuple[FieldReason, ...]:
    """Return the reasons of who sends a visit, of what it says and of how long what it seals is (`closed`).

    They are in the order of the page.

    Policy: docs/domain/4.1.md and docs/domain/4.6.md, who sends a visit in whose name.
    """
    of_author = reasons_to_refuse_author(visit, author)
    named = {reason.pointer for reason in of_author}
    said = (*reasons_to_refuse(visit, now, unknown), *reasons_to_refuse_length(visit, closed))
    of_content = [reason for reason in said if reason.pointer not in named]
    return in_page_order((*of_author, *of_content))


def _broken(rule: Rule) -> Broken:
    """Return what gives the places at which a rule stands against a visit."""
    holds = condition(rule.when, NAMED)
    if rule.each is None:
        return lambda asked: iter((f"/{rule.path}",) if holds(asked) else ())
    lines = reader(rule.each)
    return lambda asked: (
        f"/{rule.each}/{number}/{rule.path}"
        for number, line in enumerate(lines(asked) or ())
        if holds(asked._replace(line=line))
    )


_KNOWN_HERE = [(rule, _broken(rule)) for rule in FORM.rules if rule.when is not None]
_REFUSES = [each for each in _KNOWN_HERE if not each[0].only_warns]
_WARNS = [each for each in _KNOWN_HERE if each[0].only_warns]
