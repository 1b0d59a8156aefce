"""What control does with an incident: opens it, says more of it, closes it, opens it again, and reads what is there."""

from dataclasses import dataclass

from schemas.control import IncidentChanged
from services.control.handlers.keeping import Access
from services.control.rules.incidents import Given, Incident, ended, opened
from services.control.store.incidents import find_incident, hold_incident, save_incident
from services.control.store.places import KnownPlace, find_place
from services.control.store.shown import Shown, find_shown
from services.shared.errors import FieldReason, NotFound, Refused
from services.shared.transactions import Work

NOT_KNOWN = "there is no incident of this number: look at the list of incidents"
NO_PREMISES = "no premises has this id: give its UPRN, an address or a point"


@dataclass(frozen=True)
class OpenIncident:
    """What somebody gives of an incident; `meant` is the one premises that the written address means, if it is one."""

    incident_no: str
    given: Given
    callsigns: tuple[str, ...]
    meant: str | None


@dataclass(frozen=True)
class IncidentRead:
    """An incident with the premises it is taken to be at, and what is shown of them; None where nothing is."""

    incident: Incident
    place: KnownPlace | None
    shown: Shown | None


async def open_incident(command: OpenIncident, work: Work) -> Incident:
    """Open an incident, or say more of one that there is: what is given now stands, and who was sent stays sent."""
    named = command.given.premises_id
    if named and not await find_place(work, named) and not await find_shown(work, named):
        raise Refused("the incident could not be opened", (FieldReason("/premises_id", NO_PREMISES),))
    before = await hold_incident(work, command.incident_no)
    news = Incident(
        incident_no=command.incident_no,
        given=command.given,
        callsigns=command.callsigns,
        premises_id=named or command.meant,
        opened_at=work.now,
        opened_by=work.by.actor,
        changed_at=work.now,
        changed_by=work.by.actor,
    )
    return await _keep(before, opened(before, news), "opened" if before is None else "changed", work)


async def close_incident(incident_no: str, work: Work) -> Incident:
    """Close an incident."""
    before = await _hold(incident_no, work)
    return await _keep(before, ended(before, work.now, work.by.actor, again=False), "closed", work)


async def reopen_incident(incident_no: str, work: Work) -> Incident:
    """Open a closed incident again."""
    before = await _hold(incident_no, work)
    return await _keep(before, ended(before, work.now, work.by.actor, again=True), "opened again", work)


async def read_incident(incident_no: str, access: Access) -> IncidentRead:
    """Return an incident with what is shown at its premises, and keep that this person read that record."""
    work = access.work
    incident = await find_incident(work, incident_no)
    if incident is None:
        raise NotFound(NOT_KNOWN)
    if incident.premises_id is None:
        return IncidentRead(incident, None, None)
    shown = await find_shown(work, incident.premises_id)
    if shown is not None:
        access.note(incident.premises_id, shown.revision, f"incident {incident_no}")
    return IncidentRead(incident, await find_place(work, incident.premises_id), shown)


async def _hold(incident_no: str, work: Work) -> Incident:
    held = await hold_incident(work, incident_no)
    if held is None:
        raise NotFound(NOT_KNOWN)
    return held


async def _keep(before: Incident | None, now: Incident, action: str, work: Work) -> Incident:
    if now == before:
        return now
    await save_incident(work, now)
    work.note(f"incident/{now.incident_no}", action, premises_id=now.premises_id, callsigns=list(now.callsigns))
    work.say(
        IncidentChanged(
            incident_no=now.incident_no,
            is_open=now.is_open,
            premises_id=now.premises_id,
            callsigns=now.callsigns,
            changed_at=work.now,
        )
    )
    return now
