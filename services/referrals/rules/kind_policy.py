"""What one line of the table of referral kinds says."""

from collections.abc import Mapping
from dataclasses import dataclass

from schemas.vocabulary import Priority, ReferralKind, Stream
from services.referrals.rules.clocks import Clock

STREAMS = {"BS": Stream.BUILDING_SAFETY, "RI": Stream.RISK_INTELLIGENCE, "SG": Stream.SAFEGUARDING}


@dataclass(frozen=True)
class KindPolicy:
    """One line of the table.

    `acknowledge` holds a clock for each priority the kind may have, the most urgent first; `first_action` is None
    where no clock runs.
    """

    kind: ReferralKind
    words: str
    destination: str
    acknowledge: Mapping[Priority, Clock]
    first_action: Clock | None
    first_action_words: str
    restricted: bool = False
    through_control: bool = False

    @property
    def stream(self) -> Stream:
        """Return the stream that the code's first two letters name.

        Policy: docs/domain/4.2.md.
        """
        return STREAMS[self.kind.value[:2]]

    @property
    def priorities(self) -> tuple[Priority, ...]:
        """Return the priorities this kind may have, the most urgent first.

        Policy: docs/domain/4.2.md.
        """
        return tuple(sorted(self.acknowledge))
