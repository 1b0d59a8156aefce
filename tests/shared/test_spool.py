"""The spool keeps what it was given through kills, cut-off lines and full disks, and never gives up the oldest."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from services.shared.spool import Spool, SpoolFull

AT = "2026-11-22T14:02:00+00:00"


def a_line(number: int) -> dict[str, Any]:
    return {"id": f"line-{number}", "at": AT, "words": "é\u2028\u0085 x"}


def test_what_was_kept_is_there_for_another_process_in_order(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "made" / "spool")
    for number in range(20):
        spool.keep([a_line(number), a_line(number + 100)]) if number else spool.prepare()
    again = Spool(tmp_path / "made" / "spool")
    assert [line["id"] for line in again.read()][:3] == ["line-1", "line-101", "line-2"]
    waiting = again.waiting()
    assert waiting is not None
    assert (waiting.lines, waiting.since.isoformat()) == (38, AT)


def fill(spool: Spool, first: int = 0, *, into_the_spare: bool = False) -> int:
    """Keep lines until there is no room; return the number of the next."""
    number = first
    with suppress(SpoolFull):
        while number < 1_000:
            spool.keep([a_line(number)], into_the_spare=into_the_spare)
            number += 1
    return number


def test_the_oldest_lines_are_never_given_up_and_the_spare_is_for_what_asks_for_it(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool", size=2_000)
    spool.prepare()
    usual = fill(spool)
    last = fill(spool, usual, into_the_spare=True)
    assert 10 < usual < last < 1_000
    assert fill(spool, last) == last
    assert [line["id"] for line in spool.read()] == [f"line-{number}" for number in range(last)]
    assert (tmp_path / "spool").stat().st_size == 2_000


@pytest.mark.parametrize("cut", range(0, 140, 7))
def test_a_line_that_was_cut_off_is_passed_over_and_the_next_one_kept_whole(tmp_path: Path, cut: int) -> None:
    file = tmp_path / "spool"
    spool = Spool(file, size=4_000)
    spool.keep([a_line(1), a_line(2), a_line(3)])
    written = file.read_bytes().partition(b"\0")[0]
    cut = min(cut, len(written))
    file.write_bytes(written[:cut].ljust(4_000, b"\0"))
    whole = written[:cut].count(b"\n")
    assert len(spool.read()) == whole
    spool.keep([a_line(9)])
    assert [line["id"] for line in spool.read()] == [f"line-{one + 1}" for one in range(whole)] + ["line-9"]


def test_it_is_emptied_only_of_what_was_written_elsewhere(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    spool.keep([a_line(1)])
    seen = spool.read()
    spool.keep([a_line(2)])
    assert not spool.clear(seen)
    assert len(spool.read()) == 2
    assert spool.clear(spool.read())
    assert (spool.read(), spool.waiting()) == ([], None)


def test_many_at_once_lose_nothing(tmp_path: Path) -> None:
    spools = [Spool(tmp_path / "spool"), Spool(tmp_path / "spool")]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: spools[number % 2].keep([a_line(number)]), range(200)))
    assert {line["id"] for line in spools[0].read()} == {f"line-{number}" for number in range(200)}


def test_where_the_disk_takes_no_more_the_line_is_refused_and_those_before_it_stay(tmp_path: Path) -> None:
    """A process that may write no file beyond 600 bytes, as a real limit of the system."""
    script = f"""
import resource, signal, sys
from pathlib import Path
from services.shared.spool import Spool
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (600, 600))
spool = Spool(Path({str(tmp_path / "spool")!r}))
kept = 0
try:
    while True:
        spool.keep([{{"id": str(kept), "at": {AT!r}, "words": "x" * 100}}])
        kept += 1
except OSError:
    print(kept)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    kept = int(done.stdout)
    assert 2 <= kept <= 5
    assert [line["id"] for line in Spool(tmp_path / "spool").read()] == [str(number) for number in range(kept)]
