"""What a crew submits and what is said of it: the submission, its open part, and the sealed concerns."""

from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime, Field

from schemas.envelope import Event
from schemas.sensitive import Sealed
from schemas.visit_form import (
    AccessSection,
    BuildingSections,
    EnvelopeSection,
    HazardSections,
    PremisesSection,
    ScoreSection,
)
from schemas.visit_parts import Contact, CrewReferral, Hazard, Line, Medium, Part, PersonNeed, Pin, Sha256, is_closed
from schemas.vocabulary import HazardCode, ReferralKind, Role


class VisitForm(EnvelopeSection, PremisesSection, AccessSection, BuildingSections, HazardSections, ScoreSection):
    """Every section of the form that services may know."""


class OpenVisit(VisitForm):
    """A visit as it travels between services: no people, no safeguarding, no contact, no entry code."""

    referrals: tuple[CrewReferral, ...] = Field(default=(), max_length=30)


class PrivateDetails(Part):
    """Contacts and the entry code: sealed at intake, opened only for those who may read them."""

    contacts: tuple[Contact, ...] = Field(default=(), max_length=20)
    entry_code: Line | None = None


class Concerns(Part):
    """Section J, the safeguarding and crime referrals of section L, what a violence marker rests on, hazards that
    tell about a person, whole, and photographs of people with their captions.

    Sealed at intake, heard by referrals only.
    """

    people: tuple[PersonNeed, ...] = Field(default=(), max_length=200)
    referrals: tuple[CrewReferral, ...] = Field(default=(), max_length=30)
    hazards: tuple[Hazard, ...] = Field(default=(), max_length=100)
    media: tuple[Medium, ...] = Field(default=(), max_length=40)

    def __repr__(self) -> str:
        return "[withheld]"

    __str__ = __repr__


def open_hazard(hazard: Hazard) -> Hazard:
    """Return a hazard without what it tells about a person: a clutter rating, the story behind a violence marker."""
    if hazard.code == HazardCode.VIOLENCE:
        return hazard.model_copy(update={"note": None, "basis": None, "location": None, "photo": None, "clutter": None})
    return hazard.model_copy(update={"clutter": None})


def open_referral(referral: CrewReferral) -> CrewReferral:
    """Return a referral without what it tells about a person: that there is a violence marker, never why."""
    if referral.kind == ReferralKind.RI9:
        return CrewReferral(kind=referral.kind, unit_ref=referral.unit_ref)
    return referral


# What is sealed of a photograph of people, beside the photograph itself.
TELLS_OF_PEOPLE = ("caption", "floor", "pin")


def open_medium(medium: Medium) -> Medium:
    """Return a photograph without what it tells about the people in it: the caption, and where they are.

    In every class of premises: there are flats over shops, and a crew may not have named a class.
    """
    return medium.model_copy(update=dict.fromkeys(TELLS_OF_PEOPLE)) if medium.contains_people else medium


class VisitSubmission(VisitForm):
    """Visit submission v1, word for word as the device sent it (docs/domain/4.1.md)."""

    contacts: tuple[Contact, ...] = Field(default=(), max_length=20)
    entry_code: Line | None = None
    people: tuple[PersonNeed, ...] = Field(default=(), max_length=200)
    referrals: tuple[CrewReferral, ...] = Field(default=(), max_length=30)

    def open_part(self) -> OpenVisit:
        """Return the visit without anything that must not travel in the open."""
        closed = {"contacts", "entry_code", "people", "referrals"}
        fields = {name: getattr(self, name) for name in VisitForm.model_fields if name not in closed}
        fields["hazards"] = tuple(open_hazard(hazard) for hazard in self.hazards)
        fields["media"] = tuple(open_medium(medium) for medium in self.media)
        kept = tuple(open_referral(referral) for referral in self.referrals if not is_closed(referral.kind))
        return OpenVisit.model_construct(**fields, referrals=kept)

    def private_part(self) -> PrivateDetails:
        """Return the contacts and the entry code."""
        return PrivateDetails(contacts=self.contacts, entry_code=self.entry_code)

    def concerns(self) -> Concerns:
        """Return what only the safeguarding desk (and for RI6 and RI9 those who decide them) may read."""
        kept = tuple(each for each in self.referrals if is_closed(each.kind) or open_referral(each) != each)
        told = tuple(hazard for hazard in self.hazards if open_hazard(hazard) != hazard)
        shown = tuple(medium for medium in self.media if medium.contains_people)
        return Concerns(people=self.people, referrals=kept, hazards=told, media=shown)


class Sender(Part):
    """Who was signed in and sent a visit, by the sign-in and not by what the form says."""

    name: str
    station: str | None = None
    roles: tuple[Role, ...] = ()


class VisitSubmitted(Event):
    """A crew's visit was accepted: its open part, who sent it, and the private details sealed."""

    topic: ClassVar[str] = "visits.submitted"

    visit_id: str
    received_at: AwareDatetime
    visit: OpenVisit
    private: Sealed
    sent_by: Sender | None = None

    def key(self) -> str:
        return self.visit_id


class ConcernsNoted(Event):
    """The sealed concerns of a visit; said for every visit, padded, so that its existence tells nothing."""

    topic: ClassVar[str] = "visits.concerns-noted"

    visit_id: str
    station: str
    submitted_by: str
    received_at: AwareDatetime
    concerns: Sealed

    def key(self) -> str:
        return self.visit_id


class MediaReceived(Event):
    """A photograph, plan or scan that a visit lists has arrived whole and may be seen: one that shows no people.

    `sha256` is of the file as the crew sent it, by which it is asked for; `mime`, `size` (bytes), `width` and `height`
    (pixels) are of what is shown. `pin` is where on a plan of the same visit it was taken. `scanned` says whether a
    virus scanner has looked at it.
    """

    topic: ClassVar[str] = "visits.media-received"

    visit_id: str
    sha256: Sha256
    mime: Line
    size: int = Field(gt=0)
    width: int | None = Field(default=None, gt=0)
    height: int | None = Field(default=None, gt=0)
    caption: Line | None = None
    floor: Line | None = None
    pin: Pin | None = None
    scanned: bool
    received_at: AwareDatetime

    def key(self) -> str:
        return self.visit_id


class VisitReceipt(Part):
    """What the device keeps as proof: the hash of what it sent and what is still missing."""

    submission_id: UUID
    content_sha256: Sha256
    received_at: AwareDatetime
    missing_media: tuple[Sha256, ...]
