"""Faults as other programmes report them for a responsible person, and read their own receipts; nothing else."""

from datetime import date, datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic_core import to_jsonable_python

from schemas.visit_parts import Line, Moment, Part
from schemas.vocabulary import SystemKind
from services.risk_register.api.register import by
from services.risk_register.handlers.faults import RepairCommand, ReportCommand, report_fault, report_repair
from services.risk_register.rules.faults import Fault, FaultWanted
from services.risk_register.rules.pace import REPORTS
from services.risk_register.rules.rights import FAULT_READERS, RESPONSIBLE
from services.risk_register.store.faults import FaultRow
from services.risk_register.views.faults import (
    FaultOrder,
    FaultsShown,
    fault_list,
    own_fault,
    own_faults,
)
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.transactions import transaction
from services.shared.web.asked import Id
from services.shared.web.limited import at_most
from services.shared.web.paging import PageNumber


class FaultBody(Part):
    """A fault of a lift or of essential fire-fighting equipment, and by which of one's own references it is known."""

    reference: Line
    premises_id: Line
    kind: SystemKind
    location: Line
    since: Moment
    expected_on: date | None = None
    contact_name: Line
    contact_phone: Line


class RepairBody(Part):
    """When a fault was repaired."""

    repaired_at: Moment


class Receipt(Part):
    """Proof of a report: its number, when it was received, and where it stands."""

    number: str
    reference: str
    received_at: datetime
    state: str
    repaired_at: datetime | None = None


class Receipts(Part):
    """A page of receipts, the open ones first."""

    receipts: tuple[Receipt, ...]
    total: int
    page: int
    pages: int


def receipt_of(fault: Fault) -> Receipt:
    """Return the receipt for a fault."""
    kept = {name: getattr(fault, name) for name in Receipt.model_fields}
    return Receipt(**{**kept, "state": fault.state.value})


def faults_api(tools: Tools) -> APIRouter:
    """Return the routes of responsible persons."""
    router = APIRouter(prefix="/api/v1/faults", tags=["responsible persons"])
    limited = [at_most("faults", REPORTS)]

    @router.post("", status_code=201, dependencies=limited)
    async def post_fault(
        request: Request, response: Response, body: FaultBody, person: Person = may(*RESPONSIBLE)
    ) -> Receipt:
        """Report a fault; control and crews see it at once, as not seen by a crew.

        The same report again: 200 and the same receipt; the same reference with another report: 409.
        """
        wanted = FaultWanted(**{name: getattr(body, name) for name in FaultBody.model_fields})
        async with transaction(tools.database, tools.clock, by(person, request)) as work:
            receipt = await report_fault(ReportCommand(person, wanted), work, tools.vault)
        response.status_code = 201 if receipt.is_new else 200
        return receipt_of(receipt.fault)

    @router.get("")
    async def get_receipts(page: PageNumber = 1, person: Person = may(*RESPONSIBLE)) -> Receipts:
        """Return a page of one's own receipts, the open ones first."""
        found = await own_faults(tools, person, page)
        receipts = tuple(receipt_of(row.fault) for row in found.rows)
        return Receipts(receipts=receipts, total=found.page.total, page=found.page.number, pages=found.page.last)

    @router.get("/{number}")
    async def get_receipt(number: Id, person: Person = may(*RESPONSIBLE)) -> Receipt:
        """Return one of one's own receipts."""
        return receipt_of((await own_fault(tools, person, number)).fault)

    @router.post("/{number}/repaired", dependencies=limited)
    async def post_repair(
        request: Request, number: Id, body: RepairBody, person: Person = may(*RESPONSIBLE)
    ) -> Receipt:
        """Report that it was repaired; the same again is once, another time is 409."""
        command = RepairCommand(person, number, body.repaired_at)
        async with transaction(tools.database, tools.clock, by(person, request)) as work:
            return receipt_of((await report_repair(command, work)).fault)

    return router


def fault_list_api(tools: Tools) -> APIRouter:
    """Return the route of the open faults, for Protection and the risk team."""
    router = APIRouter(prefix="/api/v1/risk-register/faults", tags=["risk register"])

    @router.get("")
    async def read_faults(
        show: FaultsShown = FaultsShown.REPORTED,
        order: FaultOrder = FaultOrder.AGE,
        page: PageNumber = 1,
        person: Person = may(*FAULT_READERS),
    ) -> dict[str, Any]:
        """Return a page of the faults open for over 24 hours (or those overdue, or the younger), the oldest first."""
        found = await fault_list(tools, show, order, page)
        return {
            "faults": [_answer(row) for row in found.rows],
            "counts": to_jsonable_python(found.counts),
            "total": found.page.total,
            "page": found.page.number,
            "pages": found.page.last,
            "says": found.page.words,
        }

    return router


def _answer(row: FaultRow) -> dict[str, Any]:
    fault, premises = row.fault, row.premises
    told = ("number", "organisation", "reference", "premises_id", "kind", "location", "since", "expected_on")
    kept = {name: to_jsonable_python(getattr(fault, name)) for name in (*told, "received_at", "risk_id")}
    place = {"name": premises.name, "address": premises.address, "postcode": premises.postcode}
    return {**kept, "premises": place}
