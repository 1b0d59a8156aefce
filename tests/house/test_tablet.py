"""The crew's app is as it is drawn: small scripts, and some of them know no page."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
APP = HOUSE / "services" / "visits" / "pages" / "static" / "device"
SENDING = APP / "sending.js"
SCRIPTS = sorted(path for path in (HOUSE / "services").rglob("*.js") if "vendor" not in path.parts)
# What sends, seals and reads a visit runs outside a browser too: it is handed whatever it needs.
KNOW_NO_PAGE = ("sending.js", "crypto.js", "reading.js", "times.js", "form.js", "fits.js", "known.js", "finding.js")
# In quotes it is the name of a field.
OF_A_PAGE = re.compile(r"(?<!\")\b(document|window|localStorage|indexedDB|navigator|location|history)\b")
COMMENTS = re.compile(r"/\*.*?\*/|(?<!:)//[^\n]*", re.DOTALL)

SENDING_ALONE = """
import { backoff, makeSending, retryAfter } from "./sending.js";
const now = Date.parse("2026-11-22T14:02:00Z");
const visit = {
  id: "v", state: "waiting", body: "{}", content: { media: [] }, receipt: null, sent_at: null, reasons: [], remark: "",
  sending: { tries: 0, next_at: 0, held_until: 0, trouble: "", confirmed: [], restarts: 0 },
};
const asked = [];
const answers = [
  ["/device/session", new Response(JSON.stringify({ name: "ff-ash", csrf_token: "t" }))],
  ["/api/v1/visits", new Response("{}", { status: 503, headers: { "Retry-After": "30" } })],
  ["/device/session", new Response(JSON.stringify({ name: "ff-ash", csrf_token: "t" }))],
  ["/api/v1/visits", new Response(JSON.stringify({ submission_id: "v" }), { status: 202 })],
];
let clock = now;
const sending = makeSending({
  fetch: async (url) => { const [expected, answer] = answers.shift(); asked.push(url === expected); return answer; },
  now: () => clock, random: () => 0, save: async () => {}, bytesOf: async () => null,
  waiting: async () => (visit.state === "waiting" ? [visit] : []),
});
const first = await sending.sendAll("ff-ash");
const early = await sending.sendAll("ff-ash", true);
clock += 30_000;
const last = await sending.sendAll("ff-ash", true);
console.log(JSON.stringify([
  [backoff(1, 0), backoff(1, 1), backoff(3, 1), backoff(99, 1)],
  [null, "7", "Sun, 22 Nov 2026 14:03:00 GMT", "soon"].map((header) => retryAfter(header, now)),
  [first.outcome, first.again_at - now, early.outcome, last.outcome, visit.state, asked],
]));
"""

MANY_WAIT = """
import { makeSending } from "./sending.js";
const made = (id, digest) => ({
  id, state: "waiting", body: id, content: { media: digest ? [{ sha256: digest, mime: "image/jpeg" }] : [] },
  receipt: null, sent_at: null, reasons: [], remark: "",
  sending: { tries: 0, next_at: 0, held_until: 0, trouble: "", confirmed: [], restarts: 0 },
});
const all = [made("a", "photo"), made("b"), made("c"), made("d")];
const refusal = (kind) => new Response(
  JSON.stringify({ type: `urn:ravi:problem:${kind}` }), { status: 503, headers: { "Retry-After": "7" } });
const rounds = [], says = { a: "202", b: "busy", c: "busy", d: "202" };
let clock = 1_000_000, sent = [], photographs = "201";
const sending = makeSending({
  fetch: async (url, { body, method = "GET" } = {}) => {
    if (url === "/device/session") return new Response(JSON.stringify({ name: "ash", csrf_token: "t" }));
    sent.push(url === "/api/v1/visits" ? body : method);
    const answer = url === "/api/v1/visits" ? says[body] : photographs;
    return Number(answer) ? new Response(method === "HEAD" ? null : "{}", { status: Number(answer) }) : refusal(answer);
  },
  now: () => clock, random: () => 0.5, save: async () => {}, bytesOf: async () => new Uint8Array(3),
  waiting: async () => all.filter(({ state }) => state === "waiting"),
});
async function round(after) {
  Object.assign(says, after);
  sent = [];
  const { again_at } = await sending.sendAll("ash");
  rounds.push([sent.join(" "), (again_at ?? clock) - clock]);
  clock = again_at ?? clock;
}
await round({});
await round({ c: "202" });
all.push(made("e"), made("f"));
await round({ b: "full" });
all.push(made("g", "photo"), made("h", "other"));
photographs = "busy";
await round({ b: "202", e: "202", f: "202", g: "202", h: "202" });
photographs = "201";
await round({});
await round({});
console.log(JSON.stringify([rounds, all.every(({ state }) => state === "sent")]));
"""


def code_of(path: Path) -> str:
    return COMMENTS.sub("", path.read_text())


def test_no_script_is_longer_than_300_lines() -> None:
    lengths = {str(path.relative_to(HOUSE)): len(path.read_text().splitlines()) for path in SCRIPTS}
    assert len(lengths) > 40
    assert {name: length for name, length in lengths.items() if length > 300} == {}


@pytest.mark.parametrize("name", KNOW_NO_PAGE)
def test_what_sends_seals_and_reads_knows_no_page(name: str) -> None:
    code = code_of(APP / name)
    assert OF_A_PAGE.findall(code) == []
    for imported in re.findall(r'from "\./([\w.]+)"', code):
        assert imported in KNOW_NO_PAGE


def test_no_script_of_the_app_makes_markup_from_text() -> None:
    dangerous = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function")
    assert {
        path.name: dangerous.findall(code_of(path)) for path in APP.glob("*.js") if dangerous.search(code_of(path))
    } == {}


def what_is_printed(script: str) -> str:
    """Run a script beside the app's own, and return what it prints."""
    done = subprocess.run(
        ["node", "--input-type=module", "--no-warnings", "-e", script.replace("./sending.js", SENDING.as_uri())],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout.strip()


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
def test_sending_runs_without_a_browser_doubles_its_wait_and_keeps_to_what_the_server_asks() -> None:
    assert what_is_printed(SENDING_ALONE) == (
        "[[2000,4000,16000,300000],[0,7000,60000,0],"
        '["try-later",30000,"try-later","all-sent","sent",[true,true,true,true]]]'
    )


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
def test_a_server_with_no_room_is_asked_no_more_than_it_says_and_photographs_wait_for_every_record() -> None:
    rounds, are_all_sent = json.loads(what_is_printed(MANY_WAIT))
    assert [asked for asked, _ in rounds] == [
        "a b c d",  # b may not come in but with a danger: whether c and d tell of one, the server alone knows
        "b",  # c is known to tell of none, and the photograph waits
        "b",  # not even a danger may come in: nobody else is tried
        "e f g h HEAD",  # of the photographs one is asked for
        "b c HEAD PUT",
        "HEAD PUT HEAD PUT",
    ]
    assert [wait for _, wait in rounds[:3]] == [9_000, 11_000, 9_000], "7 s as told, and a little more each time"
    assert are_all_sent
