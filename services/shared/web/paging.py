"""Which page of a list an address asks for, and how a program is told how long the list is."""

from typing import Annotated
from urllib.parse import quote

from fastapi import Query, Request, Response

from services.shared.paging import Page

PageNumber = Annotated[int, Query(alias="page", ge=1, le=100_000, description="Which page of the list, from 1")]


def say_pages(request: Request, response: Response, page: Page) -> None:
    """Tell a program in headers how many lines a list has and where its other pages are (RFC 8288)."""
    response.headers["X-Total-Count"] = str(page.total)
    near = {"prev": page.number - 1, "next": page.number + 1}
    links = [
        f'<{quote(request.scope["path"])}?page={number}>; rel="{name}"'
        for name, number in near.items()
        if 1 <= number <= page.last
    ]
    if links:
        response.headers["Link"] = ", ".join(links)
