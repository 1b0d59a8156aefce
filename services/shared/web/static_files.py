"""Serve our styles and scripts under an address that changes with their content, so that browsers may keep them."""

import hashlib
from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

KEEP_FOR_A_YEAR = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"


def digest_of(folder: Path) -> str:
    """Return a short hash of every name and byte in the folder.

    One hash for the whole folder, not one a file: scripts and styles name each other by relative address, so they
    must all change address together, or an old script could meet a new one.
    """
    whole = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        whole.update(path.relative_to(folder).as_posix().encode() + b"\0")
        whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()[:12]


class HashedFolder(StaticFiles):
    """A folder of files, mounted at `mount`, each at `<mount>/<hash>/<path>`.

    Mount it with `app.mount(folder.mount, folder)`; make addresses with `folder.url(path)`.
    """

    def __init__(self, folder: Path, mount: str = "/static") -> None:
        super().__init__(directory=folder)
        self.folder = folder
        self.mount = mount
        self.digest = digest_of(folder)

    def url(self, path: str) -> str:
        """Return the address of a file; raises `FileNotFoundError` for one that is not there."""
        if not (self.folder / path).is_file():
            raise FileNotFoundError(f"no static file {path}")
        return f"{self.mount}/{self.digest}/{path}"

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return the file. A page from before an upgrade still gets today's file, but is told not to keep it."""
        digest, _, rest = path.replace("\\", "/").partition("/")
        response = await super().get_response(rest, scope)
        response.headers["Cache-Control"] = KEEP_FOR_A_YEAR if digest == self.digest else ASK_AGAIN
        return response


static_files = HashedFolder(Path(__file__).parent / "static")
