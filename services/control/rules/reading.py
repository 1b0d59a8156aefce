"""From where a record was read, and whose readings somebody may look up."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from schemas.vocabulary import Role
from services.domain.counting import counted
from services.shared.errors import FieldReason

# What stands in the log in place of a premises when somebody searched the log itself.
LOG = "read-log"
LONGEST_SEARCH = timedelta(days=366)
USUAL_SEARCH = timedelta(days=7)
OWN_TEAM = frozenset({Role.RISK_TEAM, Role.RISK_TEAM_MANAGER})
NOT_A_DAY = "give a day such as 3 November 2026"
WRONG_WAY = "the last day must not be before the first"
TOO_LONG = "search at most 366 days at a time"
VERSION_OF_WHAT = "say which premises, too: every record has its own versions"
NOT_A_VERSION = "give the number of a version, 1 or more"


class Channel(StrEnum):
    """From where somebody read a record."""

    CONTROL = "CONTROL"
    DEVICE = "DEVICE"
    PAGE = "PAGE"
    PROGRAMME = "PROGRAMME"


def channel_of(roles: Collection[str], through: Channel) -> Channel:
    """Return from where somebody reads who comes in through a page, a tablet's pack or another programme.

    Policy: docs/domain/2.md, feature 73.
    """
    if Role.CONTROL in roles:
        return Channel.CONTROL
    return Channel.DEVICE if Role.MDT in roles else through


class Scope(StrEnum):
    """Whose readings somebody may look up."""

    ALL = "ALL"
    OWN_TEAM = "OWN_TEAM"


def scope_of(roles: Collection[str]) -> Scope:
    """Return whose readings somebody may look up: information governance all; the risk team's manager the own team.

    What somebody of the safeguarding team opened can tell that there is a case: the own team never holds it.

    Policy: docs/domain/4.6.md, audit read log.
    """
    return Scope.ALL if Role.INFORMATION_GOVERNANCE in roles else Scope.OWN_TEAM


@dataclass(frozen=True)
class LogTyped:
    """What somebody typed to search the read log by; `first` and `last` are UK days, empty for the last seven."""

    premises_id: str = ""
    who: str = ""
    first: str = ""
    last: str = ""
    channel: Channel | None = None
    version: str = ""


@dataclass(frozen=True)
class LogWanted:
    """What of the read log is wanted: the readings of some UK days, narrowed by what is not empty."""

    first: date
    last: date
    premises_id: str = ""
    who: str = ""
    channel: Channel | None = None
    version: int | None = None

    @property
    def words(self) -> str:
        """What was searched for, as it is kept: "from 2026-11-10 until 2026-11-16, premises 9001"."""
        named = {"premises": self.premises_id, "person": self.who, "from": self.channel, "version": self.version}
        narrowed = [f"{name} {value}" for name, value in named.items() if value]
        return ", ".join([f"{self.first.isoformat()} to {self.last.isoformat()}", *narrowed])


def log_wanted(typed: LogTyped, today: date) -> tuple[LogWanted, tuple[FieldReason, ...]]:
    """Return what of the log is wanted, and all that is wrong with what was typed, each with how to mend it.

    Policy: docs/domain/2.md, feature 73; docs/decisions/0045.
    """
    found: list[FieldReason] = []
    last = _day(typed.last, today, "/last", found)
    first = _day(typed.first, last - USUAL_SEARCH + timedelta(days=1), "/first", found)
    if not found and first > last:
        found.append(FieldReason("/last", WRONG_WAY))
    elif not found and last - first >= LONGEST_SEARCH:
        found.append(FieldReason("/first", TOO_LONG))
    version, premises_id = None, typed.premises_id.strip()
    if typed.version.strip():
        version = _version(typed.version.strip())
        if version is None:
            found.append(FieldReason("/version", NOT_A_VERSION))
        elif not premises_id:
            found.append(FieldReason("/premises_id", VERSION_OF_WHAT))
    return LogWanted(first, last, premises_id, typed.who.strip(), typed.channel, version), tuple(found)


def _day(written: str, usual: date, pointer: str, found: list[FieldReason]) -> date:
    if not written.strip():
        return usual
    try:
        return date.fromisoformat(written.strip())
    except ValueError:
        found.append(FieldReason(pointer, NOT_A_DAY))
        return usual


def _version(written: str) -> int | None:
    number = counted(written)
    return number or None
