"""Files that lie closed: what grows is read after a cut, what is sealed opens whole and unaltered or not at all."""

import asyncio
import os
from pathlib import Path

import pytest
from starlette.types import Message

from services.shared.kept_files import write_whole
from services.shared.sealed_files import PIECE, TAG, opened, sealed
from services.shared.secrets import CannotOpen, Vault
from services.shared.waiting_files import HEAD, InUse, WaitingFile
from services.shared.web.bodies import HungUp, TooSlow, parts_of

KEY, OLD = b"k" * 32, b"o" * 32


def a_file(folder: Path, *keys: bytes) -> WaitingFile:
    return WaitingFile(folder / "arriving" / "one", keys or (KEY,))


def whole(file: WaitingFile) -> bytes:
    return b"".join(file.pieces())


@pytest.mark.parametrize("cuts", [(0,), (1, 15, 16, 17), (31, 32, 33, 1000), (5000,)])
def test_what_is_appended_in_pieces_of_any_length_is_read_as_one(tmp_path: Path, cuts: tuple[int, ...]) -> None:
    content, file, begins = os.urandom(6000), a_file(tmp_path), 0
    for ends in (*cuts, len(content)):
        with file.append() as appending:
            assert appending.length == begins
            appending.write(content[begins:ends])
        begins = ends
        assert file.length == ends
    assert whole(file) == content
    assert content not in file.path.read_bytes()


def test_a_file_whose_head_was_cut_off_is_begun_anew(tmp_path: Path) -> None:
    file = a_file(tmp_path)
    with file.append() as appending:
        appending.write(b"something")
    os.truncate(file.path, HEAD - 1)
    assert file.length == 0
    with file.append() as appending:
        appending.write(b"again")
    assert whole(file) == b"again"


def test_what_was_begun_under_an_older_master_key_goes_on_and_under_an_unknown_one_is_begun_anew(
    tmp_path: Path,
) -> None:
    with a_file(tmp_path, OLD).append() as appending:
        appending.write(b"begun ")
    with a_file(tmp_path, KEY, OLD).append() as appending:
        appending.write(b"and gone on with")
    assert whole(a_file(tmp_path, KEY, OLD)) == b"begun and gone on with"
    assert a_file(tmp_path, KEY).length == 0
    with a_file(tmp_path, KEY).append() as appending:
        assert appending.length == 0


def test_two_do_not_write_the_same_file_at_once(tmp_path: Path) -> None:
    with a_file(tmp_path).append(), pytest.raises(InUse):
        a_file(tmp_path).append()
    a_file(tmp_path).append().__exit__()


def test_the_key_of_a_file_on_its_way_follows_from_the_master_key_and_what_it_is(tmp_path: Path) -> None:
    today, before = Vault("a master key, and a long one"), Vault("another master key, as long")
    both = Vault("a master key, and a long one", ["another master key, as long"])
    assert both.master.passing_keys("x") == [*today.master.passing_keys("x"), *before.master.passing_keys("x")]
    assert today.master.passing_keys("x") != today.master.passing_keys("y")


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE + 5])
@pytest.mark.parametrize("step", [1000, PIECE, PIECE + TAG, 2**20])
def test_what_is_sealed_opens_as_it_was_in_pieces_of_whatever_length_it_comes(size: int, step: int) -> None:
    content = os.urandom(size)
    kept = b"".join(sealed(iter([content[:10], content[10:]]), KEY, "one"))
    come = [kept[at : at + step] for at in range(0, len(kept), step)]
    assert b"".join(opened(come, KEY, "one")) == content


@pytest.mark.parametrize(
    "attack", ["a bit is turned", "its end is cut off", "all is cut off", "a piece is left out", "two change places"]
)
def test_what_was_altered_does_not_open(attack: str) -> None:
    step = PIECE + TAG
    kept = b"".join(sealed(iter([os.urandom(3 * PIECE)]), KEY, "one"))
    altered = {
        "a bit is turned": kept[:100] + bytes([kept[100] ^ 1]) + kept[101:],
        "its end is cut off": kept[: 2 * step],
        "all is cut off": b"",
        "a piece is left out": kept[:step] + kept[2 * step :],
        "two change places": kept[step : 2 * step] + kept[:step] + kept[2 * step :],
    }[attack]
    with pytest.raises(CannotOpen):
        list(opened([altered], KEY, "one"))


def test_what_is_sealed_opens_under_its_own_key_and_name_alone() -> None:
    kept = [*sealed([b"something"], KEY, "one")]
    for key, name in ((OLD, "one"), (KEY, "two")):
        with pytest.raises(CannotOpen):
            list(opened(kept, key, name))


def test_a_file_that_could_not_be_written_whole_leaves_the_one_before(tmp_path: Path) -> None:
    write_whole(tmp_path / "one", [b"before"])

    def broken() -> "list[bytes]":
        raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        write_whole(tmp_path / "one", (piece for piece in broken()))
    assert (tmp_path / "one").read_bytes() == b"before"


@pytest.mark.parametrize(("ends", "failure"), [("it is silent", TooSlow), ("it has gone away", HungUp)])
async def test_what_came_of_a_body_is_given_before_it_is_said_that_no_more_comes(
    ends: str, failure: type[Exception]
) -> None:
    messages: list[Message] = [{"type": "http.request", "body": b"one", "more_body": True}]
    if failure is HungUp:
        messages.append({"type": "http.disconnect"})

    async def receive() -> Message:
        if messages:
            return messages.pop(0)
        await asyncio.Event().wait()
        raise AssertionError

    parts = parts_of(receive, 0.05)
    assert await anext(parts) == b"one", ends
    with pytest.raises(failure):
        await anext(parts)
