"""A test builds the whole system anew: what FastAPI finds out of a route is found out once for each function.

To read the signature of a hundred functions and to build validators for their parameters takes longer than most tests.
The functions themselves are new in each system, as they hold its tools: only what was read of them is used again.
"""

from collections.abc import Callable
from dataclasses import replace
from types import CodeType
from typing import Any

from fastapi.datastructures import DefaultPlaceholder
from fastapi.params import Depends
from fastapi.routing import APIRoute, request_response

from services.shared.identity import Anyone, May

_as_fastapi_does = APIRoute.__init__
_known: dict[tuple[CodeType, str, str, str], APIRoute] = {}


def _depends_on_people_alone(route: APIRoute) -> bool:
    """Return whether nothing that a route depends on may hold the tools of the system that it was made for."""
    return all(isinstance(each.call, May | Anyone) for each in route.dependant.dependencies)


def _as_text(given: Any) -> str:
    """Return what a parameter's default, or a route's setting, says, whichever object says it."""
    if isinstance(given, Depends):
        return f"{type(given.dependency).__name__} {getattr(given.dependency, 'roles', '')} {given.use_cache}"
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
    settings = " ".join(f"{name}={_as_text(value)}" for name, value in sorted(options.items()))
    key = (code, path, settings, _as_text(endpoint.__defaults__ or ()))
    known = _known.get(key)
    if known is None:
        _as_fastapi_does(self, path, endpoint, **options)
        if _depends_on_people_alone(self):
            _known[key] = self
        return
    self.__dict__.update(known.__dict__)
    self.endpoint = endpoint
    self.dependant = replace(known.dependant, call=endpoint)
    self.app = request_response(self.get_route_handler())


def install() -> None:
    """Let every route of this process be made so."""
    APIRoute.__init__ = _quickly  # type: ignore[method-assign]
