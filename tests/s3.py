"""A server that speaks as much of S3 as files need: it checks who signed what, and can go away and come back."""

import hashlib
import hmac
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

BUCKET, KEY_ID, SECRET, REGION = "ravi-test", "AKIATEST", "a secret of the test's own", "eu-west-2"
_SIGNED = re.compile(r"AWS4-HMAC-SHA256 Credential=([^/]+)/([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]+)")


class Mood(Enum):
    """How it answers: well, not at all, only that it cannot at the moment, or with half of what is asked for."""

    WELL = auto()
    AWAY = auto()
    BUSY = auto()
    CUT_OFF = auto()


@dataclass
class Server:
    """The server: what its one bucket holds by key, and how it answers from now on."""

    objects: dict[str, bytes] = field(default_factory=dict)
    mood: Mood = Mood.WELL
    asked: int = 0
    port: int = 0

    @property
    def endpoint(self) -> str:
        """Return where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def settings(self, bucket: str = BUCKET) -> dict[str, Any]:
        """Return the settings that keep files in it."""
        return {"media_bucket": f"s3://{bucket}/ravi/media", "media_endpoint": self.endpoint, "media_plain_http": True}


def let_in(patch: pytest.MonkeyPatch, secret: str = SECRET) -> None:
    """Set who reaches the bucket, as an operator does."""
    given = {"AWS_ACCESS_KEY_ID": KEY_ID, "AWS_SECRET_ACCESS_KEY": secret, "AWS_REGION": REGION}
    for name, value in given.items():
        patch.setenv(name, value)


@contextmanager
def a_bucket() -> Iterator[Server]:
    """Run it on a free port of this machine."""
    server = Server()

    class Answers(_Answers):
        held = server

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as listening:
        listening.daemon_threads = True
        server.port = listening.server_address[1]
        thread = Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            listening.shutdown()
            thread.join()


class _Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 5
    held: Server

    def handle(self) -> None:
        """Answer until whoever asks has gone; they may go at any moment."""
        with suppress(ConnectionError):
            super().handle()

    def do_PUT(self) -> None:
        """Keep an object: whole, as it is only taken when all of it has come and has the hash that was signed."""
        content = self.rfile.read(int(self.headers["Content-Length"]))
        if self._is_refused(content):
            return
        self.held.objects[self._key] = content
        self._answer(200, b"", {"ETag": f'"{hashlib.md5(content, usedforsecurity=False).hexdigest()}"'})

    def do_GET(self) -> None:
        """Give an object."""
        if self._is_refused(b""):
            return None
        content = self.held.objects.get(self._key)
        if content is None:
            return self._problem(404, "NoSuchKey")
        tag = hashlib.md5(content, usedforsecurity=False).hexdigest()
        headers = {"ETag": f'"{tag}"', "Last-Modified": "Sun, 22 Nov 2026 14:02:00 GMT"}
        return self._answer(200, content, headers)

    @property
    def _key(self) -> str:
        return self.path.partition("?")[0].removeprefix(f"/{BUCKET}/")

    def _is_refused(self, content: bytes) -> bool:
        self.held.asked += 1
        if self.held.mood is Mood.AWAY:
            self.close_connection = True
        elif self.held.mood is Mood.BUSY:
            self._problem(503, "SlowDown")
        elif not _is_signed(self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, content):
            self._problem(403, "SignatureDoesNotMatch")
        elif not self.path.startswith(f"/{BUCKET}/"):
            self._problem(404, "NoSuchBucket")
        else:
            return False
        return True

    def _problem(self, status: int, code: str) -> None:
        self._answer(status, f"<?xml version='1.0'?><Error><Code>{code}</Code></Error>".encode(), {})

    def _answer(self, status: int, content: bytes, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.held.mood is Mood.CUT_OFF:
            content, self.close_connection = content[: len(content) // 2], True
        self.wfile.write(content)

    def log_message(self, format: str, *given: object) -> None:
        """Say nothing of what is asked: the tests look at what came of it."""


def _is_signed(method: str, path: str, headers: Mapping[str, str], content: bytes) -> bool:
    """Return whether whoever knows the secret signed this request and this content (AWS Signature Version 4)."""
    found = _SIGNED.fullmatch(headers.get("authorization", ""))
    digest = hashlib.sha256(content).hexdigest()
    if not found or found[1] != KEY_ID or headers["x-amz-content-sha256"] != digest:
        return False
    scope, names, signature = found[2], found[3].split(";"), found[4]
    lines = "".join(f"{name}:{headers[name].strip()}\n" for name in names)
    where, _, asked = path.partition("?")
    asked_for = "\n".join((method, where, asked, lines, ";".join(names), digest))
    hashed = hashlib.sha256(asked_for.encode()).hexdigest()
    key = b"AWS4" + SECRET.encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    to_sign = f"AWS4-HMAC-SHA256\n{headers['x-amz-date']}\n{scope}\n{hashed}"
    return hmac.compare_digest(hmac.new(key, to_sign.encode(), "sha256").hexdigest(), signature)
