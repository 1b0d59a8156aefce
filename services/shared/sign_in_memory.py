"""Who is signed in, remembered for half a minute by a process that is told at once when somebody is shut out."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.shared.local_users import SIGN_INS_CHANGED
from services.shared.messaging.bell import Bell
from services.shared.sign_ins import SignedIn

# A net under the bell: who was shut out while it did not ring is out after this at the latest.
LASTS = timedelta(seconds=30)
MOST = 10_000


@dataclass(frozen=True)
class _Kept:
    signed_in: SignedIn
    until: datetime


class SignInMemory:
    """What the database answered about secrets not long ago; empty whenever the process could not hear of a change."""

    def __init__(self, bell: Bell) -> None:
        self._bell = bell
        self._changed = bell.subscribe((SIGN_INS_CHANGED,))
        self._kept: dict[tuple[str, str], _Kept] = {}
        self._cleared = 0

    def __len__(self) -> int:
        return len(self._kept)

    def state(self) -> int:
        """Return a mark to take before the database is asked: what it answers is kept only while the mark holds."""
        if self._changed.is_set() or not self._bell.is_listening:
            self._changed.clear()
            self._kept.clear()
            self._cleared += 1
        return self._cleared

    def forget(self) -> None:
        """Forget everybody: somebody was shut out here, this moment."""
        self._changed.set()

    def find(self, secret_hash: str, kind: str, now: datetime) -> SignedIn | None:
        """Return who a secret belonged to a moment ago; None if that is not remembered."""
        self.state()
        kept = self._kept.get((secret_hash, kind))
        return kept.signed_in if kept is not None and now < kept.until else None

    def keep(self, secret_hash: str, kind: str, found: SignedIn, now: datetime, state: int) -> None:
        """Remember what the database answered, unless somebody may have been shut out since it was asked."""
        if self.state() == state and self._bell.is_listening:
            if len(self._kept) >= MOST:
                self._kept.clear()
            self._kept[secret_hash, kind] = _Kept(found, min(found.expires_at, now + LASTS))
