"""Blanks of every kind, as pasted and typed: said as one plain one before anything is read."""

import re

# What has no width: a zero-width space may part words, the others (joiners, marks of direction, a hyphen that is not
# drawn) part nothing.
_PARTS = str.maketrans({"\u200b": " "})
_NOTHING = re.compile(
    "[\u00ad\u061c\u180e\u200c-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb]"
)
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")
_LINE_ENDS = re.compile(r"[^\S\n\r\v\f\x85\u2028\u2029]*[\n\r\v\f\x85\u2028\u2029]\s*")
_RUN = re.compile(r"[^\S\n]+")


def plain_blanks(text: str) -> str:
    """Return the text with each run of blanks as one, a line's end kept as one, and what has no width left out.

    Policy: docs/matching.md: how something is spaced never changes what it means.
    """
    if not text.isascii():
        text = _NOTHING.sub("", text.translate(_PARTS))
    text = _CONTROLS.sub(" ", text)
    return _RUN.sub(" ", _LINE_ENDS.sub("\n", text)).strip()
