"""Addresses of our own pages, and how texts from outside are kept from leading elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import urlencode, urlsplit

from billing_domain.model.bills.export import ExportJob
from billing_domain.model.company.community import Community
from billing_domain.model.company.staff import StaffAccount
from billing_domain.model.jobs.outbox import OutboxJob
from billing_domain.model.owners.registration import Registration
from billing_domain.model.payments.order import PaymentOrder
from billing_domain.model.payments.refund import Refund
from billing_domain.ports.bills import BillRow
from billing_domain.ports.reminders.queries import ReminderRow

START: Final = "/staff/bills"
SIGN_IN: Final = "/sign-in"
_LENGTH_MAX: Final = 2_000
_FOLDERS: Final[Mapping[type, tuple[str, str]]] = {
    BillRow: ("bills", "number"),
    Community: ("communities", "id"),
    ExportJob: ("exports", "id"),
    OutboxJob: ("outbox-jobs", "id"),
    PaymentOrder: ("payment-orders", "number"),
    Refund: ("refunds", "number"),
    Registration: ("registrations", "id"),
    ReminderRow: ("reminder-runs", "run_id"),
    StaffAccount: ("staff-accounts", "id"),
}


def address_of(thing: object) -> str:
    """Return the address of a thing's page, with which those of its actions begin."""
    folder, name = _FOLDERS[type(thing)]
    return f"/staff/{folder}/{getattr(thing, name)}"


def own_path(text: str, *, default: str = START) -> str:
    """Return the path and query of an address of a staff page, else the default.

    Only `/staff/...` counts, so that a link to the sign-in page can't send anybody away.
    """
    if len(text) > _LENGTH_MAX or not text.isprintable() or "\\" in text:
        return default
    try:
        parts = urlsplit(text)
    except ValueError:
        return default
    if parts.scheme or parts.netloc or not parts.path.startswith("/staff/"):
        return default
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def path_of(address: str) -> str:
    """Return path and query of a whole address, as browsers send it in headers."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def with_query(path: str, pairs: Iterable[tuple[str, str]]) -> str:
    """Return the path with a query, leaving empty values out."""
    query = urlencode([(name, value) for name, value in pairs if value])
    return f"{path}?{query}" if query else path
