"""A visit as it is given back to be amended: as it was sent, with what its reviewer asks for, field by field."""

from typing import Any

from pydantic import AwareDatetime

from schemas.visit_parts import Part
from schemas.visits import OpenVisit, PrivateDetails
from schemas.vocabulary import ReviewState
from services.visits.presenters.stories import state_of, step_words
from services.visits.rules.amending import not_given_back
from services.visits.rules.story import ReceivedVisit, StoryLine

# The same for every visit, so that it does not tell whether there was anything to seal.
STAYS_SEALED = (
    "Anything you noted about people, safeguarding or crime was received and stays sealed: it is not given back, it "
    "stands whatever you change, and it need not be sent again."
)
PRIVATE = ("/contacts", "/entry_code")


class Comment(Part):
    """What the reviewer asks for at one place of the form (a JSON pointer), in the reviewer's words."""

    pointer: str
    words: str


class GivenBackVisit(Part):
    """A visit to be amended. `content` is the submission as it was sent, but for what is in `not_given_back`.

    Whoever amends it sends it under an id of its own, with `amends` set to this `submission_id`.
    """

    submission_id: str
    state: str
    state_words: str
    returned_at: AwareDatetime | None
    reason: str
    comments: tuple[Comment, ...]
    content: dict[str, Any]
    not_given_back: tuple[str, ...]
    stays_sealed: str


def given_back_of(visit: ReceivedVisit, private: PrivateDetails | None) -> GivenBackVisit:
    """Return a visit as it is given back; `private` is what its author sealed, None for who may not have it."""
    state = state_of(visit)
    content = OpenVisit.model_validate(visit.open_part).model_dump(mode="json", exclude_defaults=True)
    closed = not_given_back(visit.open_part)
    if private is None:
        closed = (*PRIVATE, *closed)
    else:
        content |= private.model_dump(mode="json", exclude_defaults=True)
    returned = returned_line(visit)
    return GivenBackVisit(
        submission_id=visit.visit_id,
        state=state,
        state_words=step_words(state),
        returned_at=returned.at if returned else None,
        reason=returned.detail if returned else "",
        comments=comments_of(returned),
        content=content,
        not_given_back=closed,
        stays_sealed=STAYS_SEALED,
    )


def returned_line(visit: ReceivedVisit) -> StoryLine | None:
    """Return what its reviewer said when the visit was returned, None if it does not wait for its crew."""
    if state_of(visit) != ReviewState.RETURNED:
        return None
    return next(line for line in reversed(visit.story) if line.step == ReviewState.RETURNED)


def comments_of(returned: StoryLine | None) -> tuple[Comment, ...]:
    """Return what a reviewer asks for, field by field; what was written of all where nothing was of that one."""
    if returned is None:
        return ()
    own = returned.comments or {}
    return tuple(Comment(pointer=f"/{name}", words=own.get(name, returned.detail)) for name in returned.fields)
