"""How much a visit may tell in its sealed parts: as much as fits into one size, which is that of every visit."""

from schemas.visits import VisitSubmission
from services.shared.errors import FieldReason
from services.shared.one_size import fits

# Of an ordinary visit a few hundred bytes are used; two hundred residents and thirty referrals in full fit.
CONCERNS_BYTES = 32 * 1024
PRIVATE_BYTES = 8 * 1024
TOO_LONG = "this is too long to be kept closed: shorten it, or send a part of it as a visit of its own"


def closed_parts(visit: VisitSubmission) -> tuple[str, str]:
    """Return what a visit seals, as JSON: private details, and concerns.

    Policy: docs/decisions/0004.
    """
    private, concerns = visit.private_part(), visit.concerns()
    return private.model_dump_json(exclude_defaults=True), concerns.model_dump_json(exclude_defaults=True)


def reasons_to_refuse_length(visit: VisitSubmission, closed: tuple[str, str]) -> tuple[FieldReason, ...]:
    """Return which fields hold more than the one size of what is sealed (`closed`); the longest is named.

    Policy: docs/decisions/0004: how long it is would tell what it is.
    """
    private, concerns = (part.encode() for part in closed)
    found = [] if fits(private, PRIVATE_BYTES) else [FieldReason("/contacts", TOO_LONG)]
    if not fits(concerns, CONCERNS_BYTES):
        concerned = visit.concerns()
        lengths = {name: len(repr(concerned.model_dump(include={name}))) for name in type(concerned).model_fields}
        found.append(FieldReason(f"/{max(lengths, key=lambda name: lengths[name])}", TOO_LONG))
    return tuple(found)
