"""Photographs of people: sealed by the service of visits as they arrive, opened here alone (docs/interfaces.md)."""

from pathlib import Path

from services.shared.sealed_files import opened_file

SHOWN = "shown"


class SealedPhotographs:
    """The sealed files of the folder of media, read and never written; their keys are only for this service."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def opened(self, visit_id: str, sha256: str, data_key: bytes) -> bytes:
        """Return a photograph as it is shown; raises `FileNotFoundError` or `CannotOpen`."""
        path = self._root / "sealed" / sha256[:2] / f"{visit_id}.{sha256}.{SHOWN}"
        return b"".join(opened_file(path, data_key, f"{visit_id}/{sha256}/{SHOWN}"))
