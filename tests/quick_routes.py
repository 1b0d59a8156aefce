"""A test builds the whole system anew: what FastAPI finds out of a route is found out once for each function.

To read the signature of a hundred functions and to build validators for their parameters takes longer than most tests.
The functions themselves are new in each system, as they hold its tools: only what was read of them is used again.
"""

from collections.abc import Callable, Hashable
from dataclasses import replace
from types import FunctionType
from typing import Any

from fastapi.datastructures import DefaultPlaceholder
from fastapi.dependencies.models import Dependant
from fastapi.params import Depends
from fastapi.routing import APIRoute, request_response

from services.shared.identity import Anyone, May
from services.shared.rates import Rate

_as_fastapi_does = APIRoute.__init__
_known: dict[tuple[Hashable, ...], APIRoute] = {}
PLAIN = str | int | float | None


def _holds_no_tools(dependant: Dependant) -> bool:
    """Return whether nothing that a route depends on may hold the tools of the system that it was made for."""
    return all(
        (isinstance(each.call, May | Anyone) or _is_of_plain_values(each.call)) and _holds_no_tools(each)
        for each in dependant.dependencies
    )


def _is_of_plain_values(call: object) -> bool:
    """Return whether a function knows nothing but its module, and words and numbers from around it."""
    around = getattr(call, "__closure__", None) or ()
    return isinstance(call, FunctionType) and all(isinstance(cell.cell_contents, PLAIN | Rate) for cell in around)


def _as_text(given: Any) -> str:
    """Return what a parameter's default, or a route's setting, says, whichever object says it."""
    if isinstance(given, Depends):
        on = given.dependency
        around = [repr(cell.cell_contents) for cell in getattr(on, "__closure__", None) or ()]
        named = f"{type(on).__name__} {getattr(on, '__qualname__', '')}"
        return f"{named} {getattr(on, 'roles', '')} {around} {given.use_cache}"
    if isinstance(given, DefaultPlaceholder):
        return repr(given.value)
    if isinstance(given, list | tuple):
        return " ".join(_as_text(each) for each in given)
    return repr(given)


def _quickly(self: APIRoute, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
    code = getattr(endpoint, "__code__", None)
    if code is None:
        _as_fastapi_does(self, path, endpoint, **options)
        return
    settings = tuple(each if isinstance(each, PLAIN) else _as_text(each) for each in options.values())
    key = (code, path, *options, *settings, _as_text(endpoint.__defaults__ or ()))
    known = _known.get(key)
    if known is None:
        _as_fastapi_does(self, path, endpoint, **options)
        if _holds_no_tools(self.dependant):
            _known[key] = self
        return
    self.__dict__.update(known.__dict__)
    self.endpoint = endpoint
    self.dependant = replace(known.dependant, call=endpoint)
    self.app = request_response(self.get_route_handler())


def install() -> None:
    """Let every route of this process be made so."""
    APIRoute.__init__ = _quickly  # type: ignore[method-assign]
