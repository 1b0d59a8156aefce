"""Conditions over what a visit says, written as data in the form: this asks them of a visit."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from pydantic import BaseModel

LONDON = ZoneInfo("Europe/London")


class Asked(NamedTuple):
    """What a condition is asked of: a visit, the line of it that a rule is about (or the visit itself), and when.

    `known` is what was answered before, by name: half of all rules ask the same first.
    """

    visit: BaseModel
    line: object
    now: datetime
    today: date
    known: dict[str, bool]


Condition = Callable[[Asked], bool]
Reader = Callable[[Asked], Any]


def asked_of(visit: BaseModel, now: datetime) -> Asked:
    """Return a visit as conditions are asked of it; today is the day it is in the United Kingdom."""
    return Asked(visit, visit, now, now.astimezone(LONDON).date(), {})


def is_given(value: object) -> bool:
    """Return whether something is answered: false and 0 are answers; blank, an empty list and nothing are not.

    A group is answered if anything in it is.
    """
    if value is None or value == "" or value == ():
        return False
    if isinstance(value, str | int | float | tuple | date) or not isinstance(value, BaseModel):
        return True
    return any(is_given(getattr(value, name)) for name in type(value).model_fields)


def reader(path: str) -> Reader:
    """Return what reads the value at a path: from the line a rule is about, or from the visit with a leading "/"."""
    steps = [step for step in path.split("/") if step]
    start = 0 if path.startswith("/") else 1

    def read(asked: Asked) -> Any:
        value: Any = asked[start]
        for step in steps:
            value = getattr(value, step, None)
        return value

    return read


def condition(said: Any, named: Mapping[str, Condition]) -> Condition:
    """Return a condition ready to be asked; `named` are those it may call by name.

    Policy: docs/visit-form.md has every word a condition may use.
    """
    kind = "named" if isinstance(said, str) else next(iter(said.keys() & _KINDS.keys()))
    return _KINDS[kind]({"named": said} if isinstance(said, str) else said, named)


def of_the_visit(said: Condition, name: str) -> Condition:
    """Return a condition that reads the visit alone, whatever line it is asked of, so that it is answered once."""

    def holds(asked: Asked) -> bool:
        known = asked.known.get(name)
        if known is None:
            known = asked.known[name] = said(asked)
        return known

    return holds


def _named(said: Mapping[str, Any], named: Mapping[str, Condition]) -> Condition:
    name = said["named"]
    return lambda asked: named[name](asked)


def _all(said: Mapping[str, Any], named: Mapping[str, Condition]) -> Condition:
    parts = [condition(part, named) for part in said["all"]]

    return lambda asked: all(part(asked) for part in parts)


def _any(said: Mapping[str, Any], named: Mapping[str, Condition]) -> Condition:
    parts = [condition(part, named) for part in said["any"]]

    return lambda asked: any(part(asked) for part in parts)


def _not(said: Mapping[str, Any], named: Mapping[str, Condition]) -> Condition:
    part = condition(said["not"], named)
    return lambda asked: not part(asked)


def _given(said: Mapping[str, Any], _named: Mapping[str, Condition]) -> Condition:
    read = reader(said["given"])
    return lambda asked: is_given(read(asked))


def _some(said: Mapping[str, Any], named: Mapping[str, Condition]) -> Condition:
    read, where = reader(said["some"]), condition(said["where"], named)
    return lambda asked: any(where(asked._replace(line=line)) for line in read(asked) or ())


def _listed(said: Mapping[str, Any], named: Mapping[str, Condition]) -> Condition:
    """Return whether a line of a list, of those for which `where` holds, says the same as a value."""
    read, lines, same = reader(said["listed"]), reader(said["among"]), reader(said["as"])
    where = condition(said["where"], named) if "where" in said else None

    def is_listed(asked: Asked) -> bool:
        value = read(asked)
        others = (asked._replace(line=line) for line in lines(asked) or ())
        return value is not None and any(same(other) == value and (not where or where(other)) for other in others)

    return is_listed


def _later(said: Mapping[str, Any], _named: Mapping[str, Condition]) -> Condition:
    later, than = _moment(said["later"]), _moment(said["than"])
    margin = timedelta(days=said.get("by_days", 0), minutes=said.get("by_minutes", 0))

    def is_later(asked: Asked) -> bool:
        one, other = later(asked), than(asked)
        return one is not None and other is not None and bool(one - other > margin)

    return is_later


def _moment(path: str) -> Reader:
    clock: Mapping[str, Reader] = {"now": lambda asked: asked.now, "today": lambda asked: asked.today}
    return clock.get(path) or reader(path)


def _sum(said: Mapping[str, Any], _named: Mapping[str, Condition]) -> Condition:
    read, of, most = reader(said["sum"]), said["of"], said["more_than"]
    return lambda asked: sum(getattr(line, of) for line in read(asked) or ()) > most


def _of_a_value(said: Mapping[str, Any], _named: Mapping[str, Condition]) -> Condition:
    read, (test,) = reader(said["path"]), [test for test in _TESTS if test in said]
    holds = _TESTS[test](said[test])
    return lambda asked: (value := read(asked)) is not None and holds(value)


_KINDS: Mapping[str, Callable[[Mapping[str, Any], Mapping[str, Condition]], Condition]] = {
    "named": _named,
    "all": _all,
    "any": _any,
    "not": _not,
    "given": _given,
    "some": _some,
    "listed": _listed,
    "later": _later,
    "sum": _sum,
    "path": _of_a_value,
}
_TESTS: Mapping[str, Callable[[Any], Callable[[Any], bool]]] = {
    "is": lambda wanted: lambda value: bool(value == wanted),
    "in": lambda wanted: frozenset(wanted).__contains__,
    "at_least": lambda least: lambda value: bool(value >= least),
    "more_than": lambda bound: lambda value: bool(value > bound),
    "below": lambda bound: lambda value: bool(value < bound),
    "matches": lambda pattern: lambda value: re.fullmatch(pattern, value, re.ASCII) is not None,
}
