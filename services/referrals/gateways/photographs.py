"""Photographs of people: sealed by the service of visits as they arrive, opened here alone (docs/interfaces.md)."""

from services.shared.kept_files import KeptFiles
from services.shared.sealed_files import opened

SHOWN = "shown"


class SealedPhotographs:
    """The sealed ones of the files that visits keeps, read and never written; their keys are only for this service."""

    def __init__(self, files: KeptFiles) -> None:
        self._files = files

    def opened(self, visit_id: str, sha256: str, data_key: bytes) -> bytes:
        """Return a photograph as it is shown; raises `FileNotFoundError`, `CannotOpen` or `FilesAway`."""
        kept = self._files.read(f"sealed/{sha256[:2]}/{visit_id}.{sha256}.{SHOWN}")
        return b"".join(opened(kept.pieces, data_key, f"{visit_id}/{sha256}/{SHOWN}"))
