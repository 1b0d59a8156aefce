"""Take the crew's notes off an address, and see when it speaks of a place beside the one it names."""

import re
from enum import StrEnum


class Relation(StrEnum):
    """How the place written about stands to the place that is named."""

    ITSELF = "itself"
    BESIDE = "beside"
    FORMERLY = "formerly"


_END = r"(?=\s|[-:;,.)@]|$)"
_NOTES_BEFORE = r"""
(?:job|inc(?:ident)?|ref|visit|task|call|log)\.? ?(?:no|num(?:ber)?|ref|#)?\.? ?[:#]? ?[a-z]{0,3}\d{1,8}
hfsv|hfsc|hfs|s ?& ?w|safe (?:and|&) well(?: visit)?|ssri|7 ?\(?2\)? ?\(?d\)?|72d|brv|rav(?:-?i)?|fsa|fsi|fsec
post[ -]?fire|familiarisation|fam visit|ops? visit|site visit|re-?visit|re-?inspection|inspection|audit|visit
(?:red|white|blue|green) watch|wt crew|wt|rds(?: crew)?|on[ -]?call(?: crew)?|crew|day crew
see (?:mgr|manager|owner|staff|reception|caretaker)|ask for \w+|attn\.?(?: \w+)?|contact \w+
addr(?:ess)?|loc(?:ation)?|premises|prem|site|re|fao|urgent|todays?|am|pm
\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|[012]\d:\d\d(?: ?hrs?)?|[012]\d[0-5]\d ?hrs?|0\d[0-5]\d
visited|attended|went to|called at|meet(?: at)?|rv at
"""
_NOTES_AFTER = r"""
(?:-? ?re-?visit(?: (?:req(?:uired|d)?|needed|due))?)|re-?visited
\(?(?:use )?(?:the )?(?:rear|side|front|back|main|staff) (?:entrance|door|gate|access)(?: only)?\)?
(?:access|entrance) (?:via|from|at|by) .{0,40}|nr j(?:nc|ct|unction|n)\b.{0,25}
gates? (?:is |was )?(?:locked|shut|closed)|locked gate|parking .{0,25}
o/?s(?:ide)? hrs|outside (?:office |opening )?h(?:ou)?rs|out of h(?:ou)?rs
ask for \w+|see (?:mgr|manager|owner|staff|reception|caretaker)|contact \w+(?: \w+)?|speak to \w+
(?:afa|alarm|aov|riser|sprinkler|panel)s? (?:fault|faulty|isolated|active|off)|no (?:answer|access|reply|one in)
(?:ground|first|second|third|top|1st|2nd|3rd|lower ground|basement)(?: (?:floor|flr|fl))
key ?(?:safe|code)\b.{0,20}|code\b.{0,20}
keys? (?:at|with|in|from|held|kept|under|behind|is|are)\b.{0,20}
(?:ring|press|use) (?:the )?(?:bell|buzzer|intercom)
above (?:the )?(?:shop|pub|unit|premises|store)s?
park (?:at|by|in|on|behind|outside|round|near|up|here|there)\b.{0,25}
dog(?:s)? on site|beware .{0,15}|big dog
tel\.? ?[\d ]{6,}|0\d{3,4} ?\d{5,7}|asap|urgent|tbc|please|pls|thanks|n/?k|n/?a|tba
closed(?: on arrival| (?:mon|tues|wednes|thurs|fri|satur|sun)\w*)?|(?:am|pm) only|(?:red|white|blue|green) watch
(?:new|change of) (?:owner|tenant|occupier|mgr|manager)s?
"""
_NO_ADDRESS = """
n/?a|tb[ac]|n/?k|none|unknown|not known|as above|see (?:previous|last|other) (?:visit|notes?|job)
no address(?: given)?|awaiting (?:details|address)|(?:call|ask) control|to follow
"""


def _any_of(lines: str) -> str:
    return "(?:" + "|".join(lines.strip().splitlines()).replace(" ", r"\s") + ")"


def _phrase(pattern: str) -> re.Pattern[str]:
    """Return a pattern whose words may be parted by a blank, a line's end or a hyphen, or run together by a slip."""
    return re.compile(rf"(?<![\w/])({pattern})(?![\w/])".replace(" ", r"[\s_-]?"), re.IGNORECASE)


_BEFORE = re.compile(
    rf"^[\s,;:.@*#-]*(?:{_any_of(_NOTES_BEFORE)}{_END}[\s,;:.@-]*(?:at{_END}|@)?\s*[-:;,.]*\s*|(?:at|@)\s+)",
    re.IGNORECASE,
)
# Tried at the beginning of a run of signs alone: tried at each of them, a long run would take minutes.
_AFTER = re.compile(rf"(?<![\s,;:.(\[-])[\s,;:.(\[-]+{_any_of(_NOTES_AFTER)}[\s,;:.)\]-]*$", re.IGNORECASE)
_BESIDE = _phrase(
    r"opp(?:osite)?\.?|next (?:door )?to|nxt to|adj(?:acent)?\.?(?: to)?|beside|behind|"
    r"near(?:by)?(?: to)?|nr\.?|"
    r"across (?:the (?:road|street) )?from|in front of|back of|rear of|(?:to )?(?:the )?rear of|r/o|"
    r"o/s|outside|between|"
    r"junction of|j/?[wo]|corner of|cnr of|land (?:at|adj|rear|off|between)|over from|close to|adjoining"
)
_FORMERLY = _phrase(
    r"formerly(?: known as)?|f/?k/?a|previously|prev\.?|used to be|what was|was called|the old|ex[-\s]|was|once"
)
# Words that say "formerly" only where an address does not begin with them.
_WEAK = frozenset({"was", "once", "the old", "prev"})
_CLAUSE_END = re.compile(r"[,;)\n]|\s-\s|$")


_NOTHING = re.compile(
    rf"(?i)\W*{_any_of(_NO_ADDRESS)}?\W*",
)


def without_notes(text: str) -> str:
    """Return the text without the notes that crews put before and after an address.

    Policy: docs/matching.md; a note never counts for or against a building.
    """
    rest = text
    if _NOTHING.fullmatch(rest):
        return ""
    for pattern in (_BEFORE, _AFTER):
        for _ in range(4):
            shorter = pattern.sub("", rest, count=1)
            if shorter == rest or len(re.findall(r"\w", shorter)) < 4:
                break
            rest = shorter
    return rest


def relation_of(text: str) -> tuple[Relation, str]:
    """Return how the place written about stands to the named one, and the text that names it.

    Policy: docs/matching.md; "opposite the Co-op" is near the Co-op and never the Co-op. A relation that
    only explains a complete address ("12 High Street, opposite the church") is a note.
    """
    for pattern, relation in ((_BESIDE, Relation.BESIDE), (_FORMERLY, Relation.FORMERLY)):
        found = pattern.search(text)
        if found is None:
            continue
        before, said = text[: found.start()], " ".join(re.split(r"[\s_-]+", found[1].casefold())).strip()
        if len(re.findall(r"[A-Za-z]{2,}", before)) >= 2 and relation is Relation.BESIDE:
            end = _CLAUSE_END.search(text, found.end())
            return Relation.ITSELF, before + " , " + text[end.end() if end else len(text) :]
        if len(re.findall(r"[A-Za-z]{2,}", before)) >= 1 and relation is Relation.FORMERLY:
            if said in _WEAK | {"ex"}:
                continue
            end = _CLAUSE_END.search(text, found.end())
            return Relation.ITSELF, before + " , " + text[end.end() if end else len(text) :]
        if before.strip(" ,.;:-(@") == "" or relation is Relation.BESIDE:
            if said in _WEAK and relation is Relation.FORMERLY:
                continue
            return relation, before + " " + text[found.end() :]
    return Relation.ITSELF, text
