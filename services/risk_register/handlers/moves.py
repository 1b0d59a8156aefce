"""What a reviewer may do with a visit in the queue, each move in a transaction of its own."""

from enum import StrEnum

from services.risk_register.handlers.decisions import decide
from services.risk_register.handlers.desk import Command, claim, release
from services.risk_register.handlers.restoring import Restore, restore_version
from services.risk_register.rules.decisions import Decision
from services.risk_register.rules.dossiers import Record
from services.risk_register.rules.items import Item
from services.risk_register.rules.news import REGISTER
from services.shared.event_log import Cause
from services.shared.service import Tools
from services.shared.transactions import transaction


class Move(StrEnum):
    """What a reviewer may do with a visit in the queue."""

    CLAIM = "claim"
    RELEASE = "release"
    PUBLISH = "publish"
    AMEND = "amend"
    RETURN = "return"
    REJECT = "reject"
    MERGE = "merge"
    ESCALATE = "escalate"


async def make_move(tools: Tools, correlation_id: str, move: Move, command: Command) -> Item:
    """Do what a reviewer asks for, in one transaction."""
    cause = Cause(REGISTER, command.person.name, correlation_id)
    async with transaction(tools.database, tools.clock, cause) as work:
        if move is Move.CLAIM:
            return await claim(command, work)
        if move is Move.RELEASE:
            return await release(command, work)
        return await decide(Decision[move.name], command, work, tools.vault, tools.stamps)


async def publish_again(tools: Tools, correlation_id: str, command: Restore) -> Record:
    """Publish again what an earlier version said, in one transaction."""
    cause = Cause(REGISTER, command.person.name, correlation_id)
    async with transaction(tools.database, tools.clock, cause) as work:
        return await restore_version(command, work)
