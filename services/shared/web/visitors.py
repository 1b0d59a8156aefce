"""Who a request is from, as every page and route reads it: the person, the token of their forms, their menu."""

from collections.abc import Sequence

from fastapi import Request

from services.shared.identity import SignedIn
from services.shared.service import Banner, NavigationItem


def welcome(
    request: Request, signed_in: SignedIn | None, navigation: Sequence[NavigationItem], banners: Sequence[Banner]
) -> None:
    """Note on a request who makes it, None for nobody."""
    roles = set(signed_in.person.roles) if signed_in else set()
    request.state.signed_in = signed_in
    request.state.person = signed_in.person if signed_in else None
    request.state.csrf_token = signed_in.csrf_token if signed_in else ""
    request.state.navigation = [
        {"href": item.href, "text": item.text} for item in navigation if roles & set(item.roles)
    ]
    request.state.banners = [banner for banner in banners if roles & set(banner.roles)]
