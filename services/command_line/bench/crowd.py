"""Many clients at once, in a process of their own: each asks, waits for its answer, and asks again."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import cycle
from time import perf_counter

WARM_UP = 2


@dataclass(frozen=True)
class Crowd:
    """What is asked of which port, and the `Authorization` of each client, who share the paths between them."""

    port: int
    tokens: Sequence[str]
    paths: Sequence[str]


def answers_per_s(crowd: Crowd) -> float:
    """Return how many answers a second a crowd is given, asking from a process of its own."""
    words = [sys.executable, "-m", "services.command_line.bench.crowd"]
    done = subprocess.run(words, input=json.dumps(asdict(crowd)).encode(), capture_output=True, check=False)
    if done.returncode:
        raise RuntimeError(f"the clients failed: {done.stderr.decode()[-500:]}")
    return float(done.stdout)


async def _ask_all(crowd: Crowd) -> float:
    waiting = iter(crowd.paths)
    warm, begun = asyncio.Barrier(len(crowd.tokens)), []

    async def client(token: str) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", crowd.port)
        for path, _ in zip(cycle(crowd.paths), range(WARM_UP), strict=False):
            await _ask(reader, writer, path, token)
        await warm.wait()
        begun.append(perf_counter())
        for path in waiting:
            await _ask(reader, writer, path, token)
        writer.close()

    await asyncio.gather(*map(client, crowd.tokens))
    return len(crowd.paths) / (perf_counter() - begun[0])


async def _ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str, token: str) -> None:
    """Ask over a kept connection as a browser does, at the least cost: the clients share the machine with control."""
    asked = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: {token}\r\nAccept-Encoding: gzip\r\n\r\n"
    writer.write(asked.encode())
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = head.partition(b"\r\ncontent-length:")[2].partition(b"\r\n")[0]
    await reader.readexactly(int(length))
    if not head.startswith(b"http/1.1 200 "):
        raise RuntimeError(f"control answered {head[:20]!r} to {path}")


if __name__ == "__main__":
    sys.stdout.write(str(asyncio.run(_ask_all(Crowd(**json.load(sys.stdin))))))
