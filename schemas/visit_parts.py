"""The parts a visit form is made of: a hazard, a fixed system, a hydrant, a referral, each with its units."""

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from schemas.vocabulary import (
    Assistance,
    ComahTier,
    ConsentState,
    ContactRole,
    HazardCode,
    HydrantStatus,
    IsolationKind,
    OverrideGround,
    ReferralKind,
    SystemKind,
    SystemStatus,
)

EARLIEST, LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def is_of_our_time(at: datetime) -> bool:
    """Return whether an aware time lies where clocks and calendars can be reckoned with: 1900 to 2099."""
    return EARLIEST <= at < LATEST


def _of_our_time(at: datetime) -> datetime:
    if not is_of_our_time(at):
        raise PydanticCustomError("datetime_out_of_range", "must be a time from 1900 to 2099, with its time zone")
    return at


Moment = Annotated[AwareDatetime, AfterValidator(_of_our_time)]
# A NUL byte is valid JSON and cannot be stored; it is refused here, at the edge, with the field's name.
NO_NUL = r"^[^\x00]*$"
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=120, pattern=NO_NUL)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500, pattern=NO_NUL)]
Identifier = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64, pattern=NO_NUL)]
Uprn = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[0-9]{1,12}$")]
Postcode = Annotated[
    str,
    StringConstraints(strip_whitespace=True, to_upper=True, pattern=r"^[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}$"),
]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Part(BaseModel):
    """A part of the form: unknown fields are refused, so that a misspelt field is never silently lost."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class WrittenAddress(Part):
    """The address as the crew wrote it, in parts or as one line in `written`; a wrong postcode is kept as is."""

    written: Text | None = None
    name: Line | None = None
    number: Line | None = None
    street: Line | None = None
    locality: Line | None = None
    town: Line | None = None
    postcode: Line | None = None

    def one_line(self) -> str:
        """Return what was written as one line, in the order of an envelope."""
        if self.written:
            return self.written
        street = " ".join(part for part in (self.number, self.street) if part)
        parts = (self.name, street, self.locality, self.town, self.postcode)
        return ", ".join(part for part in parts if part)


class DevicePoint(Part):
    """Where the tablet was, or where its crew put a pin, in WGS 84 degrees, with its accuracy in metres."""

    lat: float = Field(ge=-90, le=90)
    lon: float = Field(ge=-180, le=180)
    accuracy_m: float = Field(ge=0, le=100_000)


class Contact(Part):
    """Someone to ring about the premises; personal data, so it travels sealed."""

    role: ContactRole
    name: Line
    phone: Line


class RendezvousPoint(Part):
    point: Line
    w3w: Line | None = None


class SecureInformationBox(Part):
    present: bool
    location: Line | None = None
    last_checked: date | None = None


class FixedSystem(Part):
    kind: SystemKind
    status: SystemStatus
    location: Line | None = None
    fault_since: Moment | None = None
    reported_to_frs: bool | None = None


class Isolation(Part):
    kind: IsolationKind
    location: Line


class BatteryStore(Part):
    """What a crew must know of a battery energy storage system before it goes near one."""

    capacity_mwh: float = Field(gt=0, le=10_000)
    chemistry: Line
    containers: int = Field(ge=1, le=1000)
    separation_m: float = Field(ge=0, le=1000)
    suppression: Line
    gas_detection: bool
    water_run_off: Line


class ClutterRating(Part):
    """Clutter Image Rating, 1 to 9, of the three rooms that have official photographs."""

    bedroom: int = Field(ge=1, le=9)
    kitchen: int = Field(ge=1, le=9)
    living: int = Field(ge=1, le=9)


class QuantityUnit(StrEnum):
    """Units a quantity may be given in."""

    KILOGRAM = "kg"
    LITRE = "L"
    CUBIC_METRE = "m3"
    COUNT = "count"
    MEGAWATT_HOUR = "MWh"


class Hazard(Part):
    """One hazard: what, how much, where."""

    code: HazardCode
    qty: float | None = Field(default=None, ge=0, le=1e9)
    unit: QuantityUnit | None = None
    location: Line | None = None
    floor: Line | None = None
    un_no: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")] | None = None
    eac: Line | None = None
    note: Text | None = None
    photo: Sha256 | None = None
    count: int | None = Field(default=None, ge=1, le=100_000)
    bess: BatteryStore | None = None
    comah_tier: ComahTier | None = None
    basis: Text | None = None
    review_on: date | None = None
    clutter: ClutterRating | None = None


class Hydrant(Part):
    asset_id: Line
    distance_m: float = Field(ge=0, le=5000)
    flow_lpm: int | None = Field(default=None, ge=0, le=20_000)
    main_mm: int | None = Field(default=None, ge=10, le=2000)
    status: HydrantStatus


class Water(Part):
    hydrants: tuple[Hydrant, ...] = Field(default=(), max_length=50)
    none_within_100m: bool = False
    open_water: Line | None = None
    adequate: bool | None = None


class Severity(Part):
    """Severity 0 to 5 for each category of harm."""

    FF: int = Field(ge=0, le=5)
    PUB: int = Field(ge=0, le=5)
    ENV: int = Field(ge=0, le=5)
    COM: int = Field(ge=0, le=5)
    HER: int = Field(ge=0, le=5)
    ECO: int = Field(ge=0, le=5)


class LevelOverride(Part):
    level: int = Field(ge=1, le=5)
    reason: Text


class Pin(Part):
    """Where on a plan something is: `plan` is another picture of the same visit, `x` and `y` are fractions of its width
    and height as it is seen upright, from the upper left corner.
    """

    plan: Sha256
    x: float = Field(ge=0, le=1)
    y: float = Field(ge=0, le=1)


class Medium(Part):
    """One photograph, plan or scan in the manifest; its bytes follow apart. `bytes` is at most 15 MB.

    `pin` is where on a plan it was taken; `floor` of a plan is the floor it shows.
    """

    sha256: Sha256
    mime: Annotated[str, StringConstraints(pattern=r"^(image/jpeg|image/png|application/pdf|model/gltf-binary)$")]
    bytes: int = Field(gt=0, le=15 * 1024 * 1024)
    caption: Line | None = None
    contains_people: bool
    floor: Line | None = None
    pin: Pin | None = None


class PersonNeed(Part):
    """Section J, restricted: help that someone needs to get out; never a diagnosis, never a name."""

    unit_ref: Line | None = None
    floor: Line | None = None
    assistance: Assistance
    sleeps_in: Line | None = None
    ees_exists: bool | None = None
    consent_state: ConsentState
    consent_at: Moment | None = None

    def __repr__(self) -> str:
        return "[withheld]"

    __str__ = __repr__


class CrewReferral(Part):
    """A referral the crew makes; consent is asked for where it concerns a person."""

    kind: ReferralKind
    note: Text | None = None
    unit_ref: Line | None = None
    consent_state: ConsentState | None = None
    override_ground: OverrideGround | None = None
    override_note: Text | None = None
    spoken_to: Line | None = None
    spoken_at: Moment | None = None

    def __repr__(self) -> str:
        return "[withheld]" if is_closed(self.kind) else f"CrewReferral({self.kind})"

    __str__ = __repr__


def is_closed(kind: ReferralKind) -> bool:
    """Return whether a kind may never travel in an open topic: safeguarding, and crime or counter-terrorism."""
    return kind.startswith("SG") or kind == ReferralKind.RI6
