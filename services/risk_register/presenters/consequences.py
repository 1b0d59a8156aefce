"""What will happen: said to a reviewer beside each decision, before it is taken."""

from dataclasses import dataclass, replace

from schemas.vocabulary import Role
from services.domain.ris1.policy import HIGHEST_LEVEL


@dataclass(frozen=True)
class Outlook:
    """What a reviewer's decision depends on; of the `unverified` reports, `dropped` would not be in the record.

    `raised` are the temporary risks that the visit alone raised, `repaired` those that publishing it ends.
    """

    next_version: int
    changes: int
    unverified: int
    dropped: int
    level: int | None
    present_level: int | None
    needs_second: bool
    has_first: bool
    role: Role
    leaning: int = 0
    raised: int = 0
    repaired: int = 0


def publish_words(outlook: Outlook) -> str:
    """Return what publishing does."""
    if outlook.needs_second and not outlook.has_first:
        return f"Your approval is kept. Nothing is published yet: {_who_must_follow(outlook)}."
    stays = "1 text that leans" if outlook.leaning == 1 else f"{outlook.leaning} texts that lean"
    parts = [
        f"Version {outlook.next_version} is published now, with {_counted(outlook.changes, 'change')}",
        level_words(outlook.level, outlook.present_level),
        "Control and crews see it at once",
    ]
    if outlook.leaning:
        parts.append(f"{stays} on the closed fault stay{'s' if outlook.leaning == 1 else ''} as written")
    if verified := outlook.unverified - outlook.dropped:
        parts.append(f"{_counted(verified, 'unverified report')} of this visit will count as verified")
    if outlook.dropped:
        leave = "leaves" if outlook.dropped == 1 else "leave"
        parts.append(f"{_counted(outlook.dropped, 'unverified report')} {leave.upper()} control's screen unconfirmed")
    if outlook.repaired:
        parts.append(f"{_ended(outlook.repaired)}, repaired")
    return ". ".join(part for part in parts if part) + "."


def amend_words(outlook: Outlook) -> str:
    """Return what publishing with changes does."""
    again = replace(outlook, has_first=False)
    taken_out = "What you take out below stays as it is in the record, and the crew is told why."
    if outlook.unverified:
        taken_out += " If it is unverified on control's screen, it leaves the screen."
    return f"{publish_words(again)} {taken_out}"


def return_words(outlook: Outlook) -> str:
    """Return what a return does."""
    again = "The crew is told your words and the fields, and sends the visit again."
    if not outlook.unverified:
        return f"{again} Nothing of it is published."
    stays = _counted(outlook.unverified, "unverified report")
    return (
        f"{again} Nothing of it is published; {stays} stay{'s' if outlook.unverified == 1 else ''} on control's screen."
    )


def reject_words(outlook: Outlook) -> str:
    """Return what a rejection does."""
    ended = "Nothing of it is published, and the visit is closed. The crew is told why."
    if outlook.raised:
        ended += f" {_ended(outlook.raised)}: only this visit told of it."
    if not outlook.unverified:
        return ended
    gone = _counted(outlook.unverified, "unverified report")
    return f"{ended} {gone} leave{'s' if outlook.unverified == 1 else ''} control's screen at once."


def merge_words(outlook: Outlook) -> str:
    """Return what merging does."""
    return "What this visit reports is added to the other one, which is then decided for both. This one is closed."


def escalate_words(outlook: Outlook) -> str:
    """Return what passing it up does."""
    return "The visit goes to the risk team manager, who alone can claim it then. Its deadline stays."


def _who_must_follow(outlook: Outlook) -> str:
    why = "a level 5" if outlook.level == HIGHEST_LEVEL else "a level that is lowered"
    manager = HIGHEST_LEVEL in (outlook.level, outlook.present_level) and outlook.role is not Role.RISK_TEAM_MANAGER
    return f"{why} needs a second person{', the risk team manager,' if manager else ''} to approve it too"


def level_words(level: int | None, present: int | None) -> str:
    """Return what becomes of the level."""
    if level is None:
        return "Its level is not known"
    if present is None:
        return f"It is the first level published: {level}"
    if level == present:
        return f"The level stays {level}"
    verb = "rises" if level > present else "is LOWERED"
    return f"The level {verb} from {present} to {level}"


def _ended(number: int) -> str:
    return f"{_counted(number, 'temporary risk')} end{'s' if number == 1 else ''}"


def _counted(number: int, thing: str) -> str:
    return f"{number or 'no'} {thing}{'' if number == 1 else 's'}"
