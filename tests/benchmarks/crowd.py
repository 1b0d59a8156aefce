"""Many clients at once, in a process of their own: each asks, waits for its answer, and asks again."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import cycle
from time import perf_counter

from tests.benchmarks import CHECKOUT

WARM_UP = 2


@dataclass(frozen=True)
class Crowd:
    """What is asked of which port, and the `Authorization` of each client, who share the paths between them.

    Where there are `bodies`, each path is sent the one at its place; a new one is begun every `each_s` seconds.
    """

    port: int
    tokens: Sequence[str]
    paths: Sequence[str]
    bodies: Sequence[str] = ()
    each_s: float = 0.0


def answers_per_s(crowd: Crowd) -> float:
    """Return how many answers a second a crowd is given, asking from a process of its own."""
    words = [sys.executable, "-m", "tests.benchmarks.crowd"]
    asked = json.dumps(asdict(crowd)).encode()
    done = subprocess.run(words, cwd=CHECKOUT, input=asked, capture_output=True, check=False)
    if done.returncode:
        raise RuntimeError(f"the clients failed: {done.stderr.decode()[-500:]}")
    return float(done.stdout)


async def _ask_all(crowd: Crowd) -> float:
    waiting = enumerate(crowd.paths)
    warm, begun = asyncio.Barrier(len(crowd.tokens)), []

    async def client(token: str) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", crowd.port)
        for path, _ in zip(cycle(() if crowd.bodies else crowd.paths), range(WARM_UP), strict=False):
            await _ask(reader, writer, path, token)
        await warm.wait()
        begun.append(perf_counter())
        for number, path in waiting:
            await asyncio.sleep(max(0.0, begun[0] + number * crowd.each_s - perf_counter()))
            await _ask(reader, writer, path, token, crowd.bodies[number] if crowd.bodies else "")
        writer.close()

    await asyncio.gather(*map(client, crowd.tokens))
    return len(crowd.paths) / (perf_counter() - begun[0])


async def _ask(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str, token: str, body: str = ""
) -> None:
    """Ask over a kept connection as a browser does, at the least cost, as all share one machine."""
    method, sent = ("POST" if body else "GET"), body.encode()
    head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: {token}\r\nAccept-Encoding: gzip\r\n"
    if sent:
        head += f"Content-Type: application/json\r\nContent-Length: {len(sent)}\r\n"
    writer.write(f"{head}\r\n".encode() + sent)
    answered = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = answered.partition(b"\r\ncontent-length:")[2].partition(b"\r\n")[0]
    await reader.readexactly(int(length))
    if not answered.startswith((b"http/1.1 200 ", b"http/1.1 202 ")):
        raise RuntimeError(f"the server answered {answered[:20]!r} to {path}")


if __name__ == "__main__":
    sys.stdout.write(str(asyncio.run(_ask_all(Crowd(**json.load(sys.stdin))))))
