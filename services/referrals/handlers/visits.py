"""What happens to a visit here: its referrals leave at once, and learn later where it was."""

from schemas.premises import LocationWithdrawn, PremisesLocated
from schemas.referrals import ReferralRaised
from schemas.visit_parts import is_closed
from schemas.visits import OpenVisit, VisitSubmitted
from schemas.vocabulary import ReferralState, Stream
from services.referrals.handlers.filing import new_filed
from services.referrals.handlers.needs import take_needs_back, take_up_needs
from services.referrals.rules.alarms import first_alarms
from services.referrals.rules.kinds import KINDS
from services.referrals.rules.raising import Raised, merged, raised_by_place, raised_by_visit
from services.referrals.rules.records import Filed, Step, Whereabouts
from services.referrals.rules.urgency import Appraisal
from services.referrals.store.desk import save_step
from services.referrals.store.escalations import save_alarms
from services.referrals.store.referrals import save_referral
from services.referrals.store.visits import find_appraisal, forget_located, save_located, save_written
from services.shared.secrets import Vault
from services.shared.transactions import Work


async def raise_referrals(event: VisitSubmitted, work: Work) -> None:
    """Raise what the crew put and what the facts of the visit raise; nothing is waited for."""
    visit = event.visit
    await save_written(work, event.visit_id, _written(visit))
    by_crew = [referral for referral in visit.referrals if not is_closed(referral.kind)]
    known = await find_appraisal(work, event.visit_id)
    by_hand = visit.override.level if visit.override else None
    gravest = Appraisal(max(by_hand or 0, known.base_level or 0) or None, known.safety_critical)
    for raised in merged(by_crew, raised_by_visit(visit, event.received_at), visit.unit_ref):
        filed = new_filed(raised, event.visit_id, visit.station, event.received_at, gravest)
        await _file(filed, raised, visit.callsign, work)


async def place_referrals(event: PremisesLocated, work: Work, *, vault: Vault) -> None:
    """Tell the referrals, cases and needs of a visit where it was, and raise what the place raises."""
    located, place = event.premises, event.premises.place
    where = Whereabouts(
        **{name: getattr(_written(event.visit), name) for name in ("written", "unit_ref", "callsign")},
        premises_id=located.premises_id,
        premises_name=located.name,
        address=located.address,
        postcode=located.postcode,
        station_ground=place.station_ground or "",
        district=place.district or "",
        parent_id=located.parent_id or "",
    )
    await save_located(work, event.visit_id, where, work.happened_at)
    await take_up_needs(event.visit_id, event.received_at, work, vault)
    for raised in raised_by_place(place.border_distance_m, place.neighbours):
        filed = new_filed(raised, event.visit_id, event.visit.station, work.now)
        await _file(filed, raised, event.visit.callsign, work)


async def take_place_back(event: LocationWithdrawn, work: Work, *, vault: Vault) -> None:
    """Let the referrals and cases of a visit no longer name the premises it was put back from."""
    await forget_located(work, event.visit_id, work.happened_at)
    await take_needs_back(event.visit_id, work, vault)


async def _file(filed: Filed, raised: Raised, callsign: str, work: Work) -> None:
    """Keep a new referral and say so; one that the visit already has is left as it is."""
    if not await save_referral(work, filed, raised):
        return
    at = filed.raised_at
    alarms = first_alarms(filed.kind, filed.priority, at, has_spoken=filed.spoken_at is not None)
    await save_alarms(work, filed, alarms)
    for told in raised.by_crew:
        if told.spoken_to and told.spoken_at:
            step = Step(told.spoken_at, callsign, "contact", ReferralState.RAISED, told.spoken_to)
            await save_step(work, filed, step)
    work.say(_said_of(filed), at=at)
    work.note(f"referral/{filed.id}", "raised", kind=filed.kind, because=[why.value for why in raised.because])


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
    )
