"""What visits told of people who agreed goes with their consent: from what is kept, and from what was sent."""

from collections.abc import Sequence

from services.referrals.handlers.concerns import KEY_PREFIX, opened
from services.referrals.rules.needs import same_unit, unit_of
from services.referrals.rules.needs_kept import KeptNeed
from services.referrals.store.cases import list_with_cases, replace_people
from services.referrals.store.needs import Report, list_reports
from services.shared.identifiers import random_id
from services.shared.secrets import Vault
from services.shared.transactions import Work


async def forget_reported(ended: Sequence[KeptNeed], work: Work, vault: Vault) -> None:
    """Let nobody read in a visit's section J, as it was sent or as it is kept, those whose consent has ended.

    What else the visit told of people is sealed anew without them. Where a safeguarding case rests on the visit, its
    desk keeps what the crew told: by the law on safeguarding, not by consent (docs/decisions/0037).
    """
    marks: dict[str, set[str]] = {}
    for need in ended:
        marks.setdefault(need.visit_id, set()).add(need.unit_mark)
    if not marks:
        return
    known = await list_reports(work, sorted(marks))
    cases = await list_with_cases(work, sorted(known))
    told = {visit_id: report for visit_id, report in known.items() if report.facts and visit_id not in cases}
    sealed = [(report.facts, f"people/{report.facts_id}") for report in told.values() if report.facts]
    texts = dict(zip(told, await vault.open_many(work, sealed), strict=True))
    left = {visit: _without(plain, told[visit], marks[visit], vault) for visit, plain in texts.items() if plain}
    await _keep_what_is_left(left, work, vault)
    gone = [report.facts.key_id for visit_id, report in told.items() if visit_id in left and report.facts]
    await vault.destroy_many(work, sorted([*gone, *(f"{KEY_PREFIX}{visit_id}" for visit_id in left)]))


def _without(plain: str, report: Report, marks: set[str], vault: Vault) -> str:
    concerns, unit = opened(plain), unit_of(report.where)
    people = tuple(each for each in concerns.people if vault.mark_of(same_unit(each.unit_ref or unit)) not in marks)
    return concerns.model_copy(update={"people": people}).model_dump_json()


async def _keep_what_is_left(left: dict[str, str], work: Work, vault: Vault) -> None:
    ids = {visit_id: random_id() for visit_id in left}
    texts = [
        (f"{KEY_PREFIX}people/{ids[visit_id]}", f"people/{ids[visit_id]}", plain) for visit_id, plain in left.items()
    ]
    sealed = await vault.seal_many(work, texts)
    await replace_people(work, [(visit, ids[visit], each) for visit, each in zip(left, sealed, strict=True)])
