"""The folder of photographs, plans and scans: what is on its way, what is shown, and what is sealed."""

from pathlib import Path

from services.shared.secrets import Vault
from services.shared.waiting_files import WaitingFile


class MediaFolder:
    """Files by visit and hash, below one folder that is backed up like the database.

    Names are made of ids and hashes that were checked before: nothing that somebody wrote stands in a path.
    """

    def __init__(self, root: Path, vault: Vault) -> None:
        self._root = root
        self._vault = vault

    def arriving(self, visit_id: str, sha256: str) -> WaitingFile:
        """Return the file on its way, closed under a key of the master key's own, however much of it has come."""
        path = self._root / "arriving" / f"{visit_id}.{sha256}"
        return WaitingFile(path, self._vault.master.passing_keys(f"media/{visit_id}/{sha256}"))
