"""Sharing a bulk of addresses between processes: in order, and never waiting for one that is gone."""

import multiprocessing
import os
import signal

import pytest

from services.command_line.bulk_match import over_processes


def _twice(number: int) -> int:
    return number * 2


def _die_at_fifty(number: int) -> int:
    if number == 50:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def test_answers_come_in_the_order_asked_whichever_process_found_them() -> None:
    assert list(over_processes(_twice, list(range(1_000)), 2)) == [2 * number for number in range(1_000)]


def test_a_process_that_is_ended_from_outside_is_told_of_and_not_waited_for() -> None:
    with pytest.raises(ChildProcessError, match="has the memory run out"):
        list(over_processes(_die_at_fifty, list(range(1_000)), 2))


def test_whoever_stops_listening_leaves_no_process_behind() -> None:
    answers = over_processes(os.path.basename, [f"/{number}" for number in range(1_000)], 2)
    assert next(answers) == "0"
    answers.close()  # type: ignore[attr-defined]  # a generator, told as an iterator
    assert multiprocessing.active_children() == []
