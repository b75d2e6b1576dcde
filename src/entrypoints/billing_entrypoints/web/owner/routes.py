"""Every handler below `/owner`: those that let owners in, and those that need them signed in."""

from __future__ import annotations

from typing import Final

from litestar import Router

from billing_entrypoints.web import cookies
from billing_entrypoints.web.context import OwnerRequest
from billing_entrypoints.web.handlers import handlers_of
from billing_entrypoints.web.owner import bills
from billing_entrypoints.web.owner.errors import owner_error_handlers
from billing_entrypoints.web.owner.owners import entry, registrations
from billing_entrypoints.web.owner.payments import orders
from billing_entrypoints.web.sessions import Sessions

PATH: Final = "/owner"


def make_owner_routers() -> list[Router]:
    """Return the owner pages; only what is in the first router needs no session."""
    handlers = owner_error_handlers()
    return [
        Router(PATH, route_handlers=handlers_of(entry), exception_handlers=handlers),
        Router(
            PATH,
            route_handlers=handlers_of(bills, orders, registrations),
            middleware=[
                Sessions(cookies.OWNER, lambda app, token: app.sign_in_owners.authenticate(token))
            ],
            request_class=OwnerRequest,
            exception_handlers=handlers,
        ),
    ]
