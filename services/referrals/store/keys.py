"""The data keys of safeguarding lie in a table of their own: between others, each would be seen as a gap."""

from services.referrals.tables.cases import CaseKey
from services.shared.secrets import Vault

PREFIXES = ("concerns/case/", "concerns/people/", "concerns/need/")


def keep_keys_apart(vault: Vault) -> None:
    """Let the vault keep the keys of cases, of what visits told about people, and of needs where only we look."""
    vault.keep_apart(CaseKey, *PREFIXES)
