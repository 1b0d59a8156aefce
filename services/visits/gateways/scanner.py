"""The virus scanner: ClamAV's daemon, asked over TCP, where the settings name one."""

import asyncio
from collections.abc import Iterator

PATIENCE_S = 60.0
LONGEST_ANSWER = 1000


class ScannerAway(Exception):
    """The scanner does not answer, or cannot say: the file waits, and is looked at again."""


async def is_infected(address: str, pieces: Iterator[bytes]) -> bool:
    """Return whether the scanner at host:port finds a virus in a file; raises `ScannerAway`."""
    host, _, port = address.rpartition(":")
    try:
        async with asyncio.timeout(PATIENCE_S):
            reader, writer = await asyncio.open_connection(host, int(port))
            try:
                return await _asked(reader, writer, pieces)
            finally:
                writer.close()
    except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as problem:
        raise ScannerAway(type(problem).__name__) from problem


async def _asked(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, pieces: Iterator[bytes]) -> bool:
    """Send a file as INSTREAM wants it: each piece after its length, and a length of nothing at the end."""
    writer.write(b"zINSTREAM\0")
    for piece in pieces:
        writer.write(len(piece).to_bytes(4, "big") + piece)
        await writer.drain()
    writer.write(bytes(4))
    await writer.drain()
    answer = (await reader.readuntil(b"\0"))[:LONGEST_ANSWER].rstrip(b"\0\n ")
    if answer.endswith(b" FOUND"):
        return True
    if answer.endswith(b" OK"):
        return False
    raise ScannerAway("it could not look at the file")
