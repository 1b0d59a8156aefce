"""Files in a bucket that speaks S3: Amazon's own, or one of SeaweedFS, Ceph and the like."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from services.shared.kept_files import PIECE, TRIAL, FilesAway, KeptFile

# So long for a line, for the next that is heard on it, and for the whole; what is to be kept is tried again later.
CONNECT_S, SILENCE_S, WHOLE_S, AGAIN = 3, 10, 60, 1


class Bucket:
    """Files below an address such as s3://bucket/prefix; who may reach it is said by the usual AWS_* variables.

    A file is one PUT, which S3 takes whole or not at all, and signed together with its content.
    """

    def __init__(self, address: str, endpoint: str = "", *, allow_http: bool = False) -> None:
        self.place = f"the bucket {address}" + (f" at {endpoint}" if endpoint else "")
        self._store = S3Store.from_url(
            address,
            config={"endpoint": endpoint} if endpoint else {},
            client_options={
                "allow_http": allow_http,
                "connect_timeout": timedelta(seconds=CONNECT_S),
                "read_timeout": timedelta(seconds=SILENCE_S),
                "timeout": timedelta(seconds=WHOLE_S),
            },
            retry_config={"max_retries": AGAIN, "retry_timeout": timedelta(seconds=CONNECT_S)},
        )

    def keep(self, name: str, pieces: Iterable[bytes]) -> None:
        """Keep a file; its pieces are put together here first, as the largest is 15 MB."""
        content = b"".join(pieces)
        try:
            with _or_away():
                obstore.put(self._store, name, content, use_multipart=False)
        except FileNotFoundError as problem:
            raise FilesAway("there is no such bucket") from problem

    def read(self, name: str) -> KeptFile:
        """Return a file, the beginning of which has come; raises `FileNotFoundError`."""
        with _or_away():
            found = obstore.get(self._store, name)
            return KeptFile(found.meta["size"], self._pieces(found))

    def try_out(self) -> None:
        """See whether a file can be kept and read again; it stays, as not everybody who may write may delete."""
        self.keep(TRIAL, [b"trial"])
        b"".join(self.read(TRIAL).pieces)

    def _pieces(self, found: "obstore.GetResult") -> Iterator[bytes]:
        with _or_away():
            for piece in found.stream(min_chunk_size=PIECE):
                yield bytes(piece)


@contextmanager
def _or_away() -> Iterator[None]:
    """Say that the bucket is out of reach; what the library says of it names addresses, and goes no further."""
    try:
        yield
    except FileNotFoundError as problem:
        if "NoSuchBucket" in str(problem):
            raise FilesAway("there is no such bucket") from None
        raise
    except BaseError as problem:
        raise FilesAway(type(problem).__name__) from None
