"""Files are kept whole or not at all, in a folder and in a bucket alike, and one that is away is said to be."""

import logging
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from services.shared.apart import ReadersApart, settings_handed
from services.shared.kept_files import PIECE, FilesAway, KeptFiles, kept_files
from services.shared.sealed_files import opened, sealed
from services.shared.secrets import CannotOpen
from services.shared.settings import Settings, read_settings
from tests import s3
from tests.s3 import Mood, Server

NAME = "open/ab/one.shown"
# A bucket of a real server, with the AWS_* variables and RAVI_MEDIA_ENDPOINT that reach it.
NAMED = os.environ.get("RAVI_TEST_BUCKET", "")


@dataclass
class Place:
    """Somewhere to keep files; `all_names` lists what lies there, `break_off` has it answer no more."""

    files: KeptFiles
    all_names: Callable[[], list[str]]
    break_off: Callable[[], None]
    mend: Callable[[], None]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with s3.a_bucket() as server:
        yield server


@pytest.fixture
def bucket(server: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    s3.let_in(monkeypatch)
    server.objects.clear()
    server.mood = Mood.WELL
    return server


@pytest.fixture(params=["folder", "bucket"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if request.param == "bucket":
        bucket: Server = request.getfixturevalue("bucket")
        return Place(
            kept_files(Settings(**bucket.settings())),
            lambda: sorted(key.removeprefix("ravi/media/") for key in bucket.objects),
            lambda: setattr(bucket, "mood", Mood.AWAY),
            lambda: setattr(bucket, "mood", Mood.WELL),
        )
    root, aside = tmp_path / "media", tmp_path / "aside"
    root.mkdir()

    def break_off() -> None:
        root.rename(aside)
        root.write_bytes(b"no folder any more")

    def mend() -> None:
        root.unlink()
        aside.rename(root)

    def all_names() -> list[str]:
        return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())

    return Place(kept_files(Settings(media_dir=root)), all_names, break_off, mend)


@pytest.fixture
def files(place: Place) -> KeptFiles:
    return place.files


def whole(files: KeptFiles, name: str = NAME) -> bytes:
    file = files.read(name)
    content = b"".join(file.pieces)
    assert file.size == len(content)
    return content


class TestWhereverFilesAreKept:
    @pytest.mark.parametrize("size", [0, 1, PIECE, PIECE + 1, 15 * 1024 * 1024 + 5])
    def test_what_is_kept_is_read_as_it_was(self, files: KeptFiles, size: int) -> None:
        content = os.urandom(size)
        files.keep(NAME, (content[at : at + 70_000] for at in range(0, size, 70_000)))
        assert whole(files) == content

    def test_it_is_read_piece_by_piece(self, files: KeptFiles) -> None:
        files.keep(NAME, [bytes(60 * PIECE)])
        assert max(len(piece) for piece in files.read(NAME).pieces) < 15 * PIECE

    def test_what_is_kept_again_takes_the_place_of_the_earlier(self, files: KeptFiles, place: Place) -> None:
        files.keep(NAME, [b"before"])
        files.keep(NAME, [b"after"])
        assert whole(files) == b"after"
        assert place.all_names() == [NAME]

    def test_what_was_never_kept_is_not_found(self, files: KeptFiles) -> None:
        with pytest.raises(FileNotFoundError):
            files.read(NAME)

    def test_of_a_file_that_breaks_off_nothing_is_kept_and_the_one_before_stays(
        self, files: KeptFiles, place: Place
    ) -> None:
        files.keep(NAME, [b"before"])

        def broken() -> Iterator[bytes]:
            yield b"after"
            raise RuntimeError("broken off")

        for name in (NAME, "open/ab/other.shown"):
            with pytest.raises(RuntimeError, match="broken off"):
                files.keep(name, broken())
        assert whole(files) == b"before"
        assert [name for name in place.all_names() if not name.endswith(".half")] == [NAME]

    def test_what_is_sealed_leaves_sealed_and_opens_again(self, files: KeptFiles) -> None:
        content, key = b"asleep by the heater" * 20_000, b"k" * 32
        files.keep(NAME, sealed([content], key, "one"))
        assert content[:20] not in whole(files)
        assert b"".join(opened(files.read(NAME).pieces, key, "one")) == content
        with pytest.raises(CannotOpen):
            b"".join(opened(files.read(NAME).pieces, key, "another"))

    def test_while_it_is_away_that_is_said_and_it_comes_right(self, files: KeptFiles, place: Place) -> None:
        files.keep(NAME, [b"before"])
        place.break_off()
        for ask in (lambda: files.keep(NAME, [b"after"]), lambda: files.read(NAME), files.try_out):
            with pytest.raises(FilesAway) as away:
                ask()
            assert away.value.status == 503
        place.mend()
        files.try_out()
        assert whole(files) == b"before"


def test_a_bucket_that_answers_only_that_it_cannot_is_away(bucket: Server) -> None:
    bucket.mood = Mood.BUSY
    with pytest.raises(FilesAway):
        kept_files(Settings(**bucket.settings())).read(NAME)


def test_a_file_that_is_cut_off_while_it_is_read_is_not_taken_for_whole(bucket: Server) -> None:
    files = kept_files(Settings(**bucket.settings()))
    files.keep(NAME, [os.urandom(5 * PIECE)])
    bucket.mood = Mood.CUT_OFF
    with pytest.raises(FilesAway):
        list(files.read(NAME).pieces)


def test_a_bucket_that_does_not_know_us_or_is_none_is_away_and_nothing_says_the_secret(
    bucket: Server, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    no_such = kept_files(Settings(**bucket.settings("another")))
    s3.let_in(monkeypatch, secret="a wrong and private secret")
    unknown = kept_files(Settings(**bucket.settings()))
    for files in (no_such, unknown):
        for ask in (lambda files=files: files.keep(NAME, [b"x"]), lambda files=files: files.read(NAME), files.try_out):
            with pytest.raises(FilesAway) as away:
                ask()
            told = f"{away.value} {away.value.reason} {away.value!r} {files!r} {files.place}"
            assert not any(secret in told for secret in (s3.SECRET, "private secret"))
    assert bucket.objects == {}
    printed = "".join((caplog.text, *capfd.readouterr()))
    assert not any(secret in printed for secret in (s3.SECRET, "private secret"))


def test_plain_http_is_for_this_machine_unless_it_is_allowed() -> None:
    named = {"RAVI_MEDIA_BUCKET": "s3://ravi/media/"}
    assert read_settings(named).media_bucket == "s3://ravi/media"
    for endpoint in ("https://s3.brigade.example", "http://127.0.0.1:8333", "http://localhost:8333", "http://[::1]:83"):
        read = read_settings({**named, "RAVI_MEDIA_ENDPOINT": endpoint})
        assert (read.media_endpoint, read.media_plain_http) == (endpoint, endpoint.startswith("http://"))
    far = {**named, "RAVI_MEDIA_ENDPOINT": "http://seaweed:8333"}
    with pytest.raises(ValueError, match="plain HTTP to another machine"):
        read_settings(far)
    assert read_settings({**far, "RAVI_MEDIA_PLAIN_HTTP": "1"}).media_plain_http
    with pytest.raises(ValueError, match="AWS_ENDPOINT_URL is plain HTTP"):
        read_settings({**named, "AWS_ENDPOINT_URL": "http://127.0.0.1.example"})
    assert read_settings({"AWS_ENDPOINT_URL": "anybody else's"}).media_endpoint == ""


def test_the_process_of_readers_keeps_files_where_the_first_one_does(tmp_path: Path) -> None:
    bucket: dict[str, Any] = {
        "media_bucket": "s3://ravi",
        "media_endpoint": "http://localhost:1",
        "media_plain_http": True,
    }
    settings = Settings(data_dir=tmp_path, heads_dir=tmp_path / "heads", media_dir=tmp_path / "media", **bucket)
    handed, _ = settings_handed(ReadersApart(settings, settings.database)._hello)
    assert handed == settings


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RAVI_MEDIA_BUCKET", "https://bucket"),
        ("RAVI_MEDIA_BUCKET", "s3://"),
        ("RAVI_MEDIA_BUCKET", "s3://key:hush@bucket"),
        ("RAVI_MEDIA_BUCKET", "s3://bucket/../other"),
        ("RAVI_MEDIA_ENDPOINT", "seaweed:8333"),
        ("RAVI_MEDIA_ENDPOINT", "https://seaweed:port"),
        ("AWS_ENDPOINT_URL_S3", "hush"),
        ("RAVI_MEDIA_ENDPOINT", "https://key:hush@seaweed:8333"),
        ("RAVI_MEDIA_ENDPOINT", "https://seaweed:8333?key=hush"),
    ],
)
def test_an_address_that_is_none_is_refused_and_not_repeated(name: str, value: str) -> None:
    with pytest.raises(ValueError, match=name) as refused:
        read_settings({"RAVI_MEDIA_BUCKET": "s3://ravi", name: value})
    assert "hush" not in str(refused.value)


@pytest.mark.skipif(not NAMED, reason="RAVI_TEST_BUCKET names no bucket of a real server")
def test_a_real_server_keeps_and_gives_files_too() -> None:
    settings = read_settings({**os.environ, "RAVI_MEDIA_BUCKET": NAMED})
    files, content = kept_files(settings), os.urandom(15 * 1024 * 1024)
    files.try_out()
    files.keep("open/ab/test.shown", [content])
    assert whole(files, "open/ab/test.shown") == content
    with pytest.raises(FileNotFoundError):
        files.read("open/ab/never.shown")
