"""Values that break programs: each was found to break one somewhere."""

from random import Random
from typing import Any

TEXTS = (
    "", " ", "\0", "a\0b", "\ufffd", "\u202e\u200b", "é", "🔥", "Ynys Môn", "a" * 300, "a" * 5000, "9" * 30, "9" * 5000,
    "²", "٣", "-1", "0", "1", "2", "3.5", "1e3", "1e999", "NaN", "Infinity", "None", "null", "true", "on", "[]", "{}",
    "(.|.|.)*Z", "[", "\\", "%", "%00", "%s%s%n", "{{7*7}}", "${7*7}", "<script>alert(1)</script>",
    "'; DROP TABLE x;--",
    "../../etc/passwd", "//elsewhere.example/", "\r\nX-Evil: 1", "a,b", "a\nb", "--", "*", "_",
    "2147483648", "9223372036854775808", "18446744073709551616", "-9223372036854775809",
    "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "9999-12-31T23:59", "0001-01-01T00:00",
    "2026-02-30", "2026-11-22", "2026-11-22T14:02", "2026-11-22T14:02:00Z", "2026-11-22T14:02:00+99:99", "14:02",
    "00000000-0000-0000-0000-000000000000", "0198e2a0-0000-7000-8000-000000000000", "XQ1 1AA", "SO 548 675",
    "51.5,-3.2",    "GIVEN", "BS1", "SG2", "CLOSED", "hazards", "Flat 3", "14 Quay Street, Wexcombe", "999900000014",
)  # fmt: skip
# As bytes of an address or a form that are no text at all.
RAW = (
    "%00",
    "%ff",
    "%ed%a0%80",
    "a%00b",
    "%c3",
    "%",
    "%zz",
    "%25",
    "%2e%2e%2f",
    "%0d%0aX: y",
    "+",
    "%2B",
    "%F0%9F%94%A5",
)
JSON_VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2, 2**31, 2**63, 2**64, 10**40, 1.5, -0.0, 1e308, [], {}, [[]], [None],
    {"a": {"b": [1]}},
    ["a"] * 300,
    {"": ""}, {"a\0": 1}, "\ud800",
)  # fmt: skip
HEADERS = (
    ("x-correlation-id", ("a", "é", "x" * 9000, "ok-correlation-id", "../..")),
    ("x-csrf-token", ("", "é", "x", "\xff")),
    ("last-event-id", ("-1", "9" * 18, "²", "x")),
    ("accept", ("text/html", "*/*", "application/json", "é", "text/html;q=x")),
    ("accept-language", ("en-GB", "\xff")),
    ("range", ("bytes=0-1", "bytes=9-1", "x")),
    ("if-none-match", ("*", '"x"')),
    (
        "authorization",
        ("", "Bearer", "Bearer é", "Basic", "Basic !!", "Basic OmE=", "Digest x", "Bearer " + "x" * 5000),
    ),
    ("cookie", ("ravi_notice=W10=", "ravi_session=é", "ravi_form=é", "=;=;", "ravi_theme=dark")),
    (
        "content-type",
        ("application/json", "text/plain", "é", "multipart/form-data", "application/json; charset=x", "/"),
    ),
)
MOST_HEADERS = 2


def text(chance: Random) -> str:
    """Return a text, most often a short one that means something."""
    return chance.choice(TEXTS)


def json_value(chance: Random, depth: int = 0) -> Any:
    """Return any value that JSON, as Python writes it, can hold."""
    picked = chance.random()
    if picked < 0.6 or depth > 3:
        return text(chance)
    if picked < 0.9:
        return chance.choice(JSON_VALUES)
    return {text(chance): json_value(chance, depth + 1) for _ in range(chance.randint(0, 3))}


def headers(chance: Random) -> dict[str, str]:
    """Return a header or two that are not as usual; most requests have none."""
    if chance.random() < 0.8:
        return {}
    return {name: chance.choice(values) for name, values in chance.sample(HEADERS, chance.randint(1, MOST_HEADERS))}


def changed(value: Any, chance: Random, share: float = 0.06) -> Any:
    """Return a value of JSON with some of its leaves changed, left out or joined by others."""
    if chance.random() < share / 2:
        return json_value(chance)
    if isinstance(value, dict):
        kept = {name: changed(inner, chance, share) for name, inner in value.items() if chance.random() > share / 4}
        return kept | ({text(chance): json_value(chance)} if chance.random() < share / 3 else {})
    if isinstance(value, list):
        return [changed(inner, chance, share) for inner in value] * chance.choice((1, 1, 1, 1, 2))
    return json_value(chance) if chance.random() < share else value
