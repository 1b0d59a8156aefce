"""Photographs, plans and scans: what is on its way lies here, what is shown and what is sealed where files are kept."""

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

from services.shared.kept_files import KeptFile, KeptFiles
from services.shared.sealed_files import opened, sealed
from services.shared.secrets import Vault
from services.shared.waiting_files import WaitingFile


class Form(StrEnum):
    """In which form a file is kept: as it was sent, as it is shown, small, and what the camera wrote into it."""

    ORIGINAL = "original"
    SHOWN = "shown"
    SMALL = "small"
    DETAILS = "details"


class MediaFolder:
    """Files by visit and hash: those on their way in a folder of this machine, the others among the kept ones.

    Both are backed up like the database. Names are made of ids and hashes that were checked before: nothing that
    somebody wrote stands in a path. What is sealed of photographs of people is opened by the service of referrals,
    which has their keys and reads the same files (docs/interfaces.md, section 3).
    """

    def __init__(self, root: Path, files: KeptFiles, vault: Vault) -> None:
        self._root = root
        self._files = files
        self._vault = vault

    def arriving(self, visit_id: str, sha256: str) -> WaitingFile:
        """Return the file on its way, closed under a key of the master key's own, however much of it has come."""
        path = self._root / "arriving" / f"{visit_id}.{sha256}"
        return WaitingFile(path, self._vault.master.passing_keys(f"media/{visit_id}/{sha256}"))

    def list_arriving(self) -> list[tuple[str, str]]:
        """Return visit and hash of every file on its way."""
        found = (path.name.partition(".") for path in (self._root / "arriving").glob("*.*"))
        return [(visit_id, sha256) for visit_id, _, sha256 in found]

    def show(self, visit_id: str, sha256: str, form: Form, content: bytes) -> None:
        """Keep a file as it is shown, for those who may see it."""
        self._files.keep(_open(visit_id, sha256, form), [content])

    def shown(self, visit_id: str, sha256: str, form: Form) -> KeptFile:
        """Return a file that is shown; raises `FileNotFoundError`."""
        return self._files.read(_open(visit_id, sha256, form))

    def seal(self, visit_id: str, sha256: str, form: Form, pieces: Iterator[bytes], data_key: bytes) -> None:
        """Keep a file sealed, piece by piece."""
        closed = sealed(pieces, data_key, f"{visit_id}/{sha256}/{form}")
        self._files.keep(_sealed(visit_id, sha256, form), closed)

    def opened(self, visit_id: str, sha256: str, form: Form, data_key: bytes) -> Iterator[bytes]:
        """Give a sealed file piece by piece; raises `CannotOpen`."""
        kept = self._files.read(_sealed(visit_id, sha256, form))
        return opened(kept.pieces, data_key, f"{visit_id}/{sha256}/{form}")

    def try_out(self) -> None:
        """See whether files can be kept; raises `FilesAway`, as all that keeps or reads does."""
        self._files.try_out()


def _open(visit_id: str, sha256: str, form: Form) -> str:
    return f"open/{sha256[:2]}/{visit_id}.{sha256}.{form}"


def _sealed(visit_id: str, sha256: str, form: Form) -> str:
    return f"sealed/{sha256[:2]}/{visit_id}.{sha256}.{form}"
