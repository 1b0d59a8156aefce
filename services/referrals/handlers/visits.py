"""What happens to a visit here: its referrals leave at once, and learn later where it was."""

from collections.abc import Sequence
from dataclasses import replace

from schemas.premises import LocationWithdrawn, PremisesLocated
from schemas.referrals import ReferralRaised
from schemas.visit_parts import is_closed
from schemas.visits import ConcernsNoted, OpenVisit, VisitSubmitted
from schemas.vocabulary import Stream
from services.referrals.handlers.concerns import open_cases
from services.referrals.handlers.filing import Draft, keep_new, new_filed
from services.referrals.handlers.needs import say_needs, take_needs_back, take_up_needs
from services.referrals.handlers.rounds import rounds
from services.referrals.rules.kinds import KINDS
from services.referrals.rules.markers import marker_review_on
from services.referrals.rules.raising import merged, raised_by_place, raised_by_visit
from services.referrals.rules.records import Filed, Whereabouts
from services.referrals.rules.urgency import Appraisal, gravest
from services.referrals.store.visits import forget_located, save_located, save_written
from services.shared.secrets import Vault
from services.shared.transactions import Heard, Work


async def raise_referrals(heard: Sequence[Heard[VisitSubmitted]], work: Work) -> None:
    """Raise what crews put and what the facts of their visits raise; nothing is waited for."""
    known = await save_written(work, {each.event.visit_id: _written(each.event.visit) for each in heard})
    drafts = [_raised_by(each.event, known[each.event.visit_id]) for each in heard]
    kept = await keep_new([draft for each in drafts for draft in each], work)
    for _, of_visit in zip(work.in_turn(heard), drafts, strict=True):
        _say([draft for draft in of_visit if draft.filed.id in kept], work)


def _raised_by(event: VisitSubmitted, known: Appraisal) -> list[Draft]:
    visit = event.visit
    by_crew = [referral for referral in visit.referrals if not is_closed(referral.kind)]
    appraisal = gravest(known, Appraisal(visit.override.level if visit.override else None))
    return [
        Draft(new_filed(raised, event.visit_id, visit.station, event.received_at, appraisal), raised, visit.callsign)
        for raised in merged(by_crew, raised_by_visit(visit, event.received_at), visit.unit_ref)
    ]


async def take_in_concerns(heard: Sequence[Heard[ConcernsNoted]], work: Work, *, vault: Vault) -> None:
    """Open the sealed concerns of visits: their cases, and the help that people agreed to tell of."""
    for part in rounds(heard):
        await open_cases(part, work, vault)
        news = await take_up_needs({each.event.visit_id: each.event.received_at for each in part}, work, vault)
        for each in work.in_turn(part):
            say_needs(news.get(each.event.visit_id, ()), work)


async def place_referrals(heard: Sequence[Heard[PremisesLocated]], work: Work, *, vault: Vault) -> None:
    """Tell the referrals, cases and needs of visits where they were, and raise what the places raise."""
    for part in rounds(heard):
        await save_located(work, {each.event.visit_id: (_located(each.event), each.happened_at) for each in part})
        news = await take_up_needs({each.event.visit_id: each.event.received_at for each in part}, work, vault)
        drafts = {each.event.visit_id: _raised_near(each.event, work) for each in part}
        kept = await keep_new([draft for of_visit in drafts.values() for draft in of_visit], work)
        for each in work.in_turn(part):
            say_needs(news.get(each.event.visit_id, ()), work)
            _say([draft for draft in drafts[each.event.visit_id] if draft.filed.id in kept], work)


def _raised_near(event: PremisesLocated, work: Work) -> list[Draft]:
    place, visit = event.premises.place, event.visit
    return [
        Draft(new_filed(raised, event.visit_id, visit.station, work.now), raised, visit.callsign)
        for raised in raised_by_place(place.border_distance_m, place.neighbours)
    ]


async def take_place_back(event: LocationWithdrawn, work: Work, *, vault: Vault) -> None:
    """Let the referrals and cases of a visit no longer name the premises it was put back from."""
    await forget_located(work, event.visit_id, work.happened_at)
    await take_needs_back(event.visit_id, work, vault)


def _say(drafts: Sequence[Draft], work: Work) -> None:
    """Say that new referrals have left, and keep so in the history."""
    for draft in drafts:
        filed, because = draft.filed, [why.value for why in draft.raised.because]
        work.say(_said_of(filed), at=filed.raised_at)
        work.note(f"referral/{filed.id}", "raised", kind=filed.kind, because=because)


def _said_of(filed: Filed) -> ReferralRaised:
    return ReferralRaised(
        referral_id=str(filed.id),
        visit_id=filed.visit_id,
        kind=filed.kind,
        stream=Stream(KINDS[filed.kind].stream),
        priority=filed.priority,
        raised_at=filed.raised_at,
        acknowledge_by=filed.acknowledge_by,
    )


def _written(visit: OpenVisit) -> Whereabouts:
    return Whereabouts(
        written=visit.address.one_line() if visit.address else "",
        unit_ref=visit.unit_ref or "",
        callsign=visit.callsign,
        amends=visit.amends,
        marker_review_on=marker_review_on(visit.hazards),
    )


def _located(event: PremisesLocated) -> Whereabouts:
    located, place = event.premises, event.premises.place
    return replace(
        _written(event.visit),
        premises_id=located.premises_id,
        premises_name=located.name,
        address=located.address,
        postcode=located.postcode,
        station_ground=place.station_ground or "",
        district=place.district or "",
        parent_id=located.parent_id or "",
    )
