"""Reads of an owner's bills in SQL (rule 4.6): by house, or by payer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import attrs
from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    and_,
    bindparam,
    false,
    or_,
    select,
    union,
)

from billing_adapters.sql.bills.listing import LISTED, bill_row, listed, listed_without_names
from billing_adapters.sql.bills.search.plan import along
from billing_adapters.sql.db.connections import query
from billing_adapters.sql.db.engine import Database
from billing_adapters.sql.db.key_lists import one_of
from billing_adapters.sql.db.page_keys import PageOrder
from billing_adapters.sql.reminders.named_bills import named_to
from billing_adapters.sql.tables.bills import BILL_IS_THERE, BILLS_BY_HOUSE, bills
from billing_adapters.sql.tables.payments import SETTLEMENT_IS_LIVE, payment_orders, settlements
from billing_domain.errors import ThingNotFoundError
from billing_domain.model.bills.bill import BillState
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.houses.resident import Resident
from billing_domain.model.owners.owner import Owner, visible_from
from billing_domain.ports.bills import BillRow
from billing_domain.ports.owners import OwnerQueries
from billing_domain.ports.paging import Page, PageKey

_UNPAID: Final = along(
    # Built once: owners run it most often.
    LISTED.where(
        bills.c.house_id.in_(bindparam("houses", expanding=True)),
        bills.c.company_id == bindparam("company"),
        bills.c.state == BillState.PENDING,
        BILL_IS_THERE,
    )
    .order_by(bills.c.period.desc(), bills.c.number.desc())
    .limit(bindparam("rows_max", type_=Integer)),
    BILLS_BY_HOUSE,
)


@attrs.frozen
class SqlOwnerQueries(OwnerQueries):
    """Reads of an owner's bills; raises SearchTooSlowError after two seconds (P42)."""

    database: Database

    def pending(self, owner: Owner, *, day: date, rows_max: int) -> Sequence[BillRow]:
        wanted = {
            "houses": [person.house_id for person in owner.living_in(day)],
            "company": owner.company_id,
            "rows_max": rows_max,
        }
        with query(self.database.reader) as connection:
            found = _UNPAID
            if _moved_in(owner, day):
                reminded = _reminded_of(connection, owner, day)
                found = found.where(or_(_lives_with(owner, day), reminded))
            return [bill_row(row, ()) for row in connection.execute(found, wanted)]

    def paid(self, owner: Owner, *, day: date, key: str | None, rows: int) -> Page[BillRow]:
        columns = (bills.c.number, bills.c.period, bills.c.paid_at)
        is_paid = bills.c.state == BillState.PAID
        both = union(
            _of_houses(owner, day, *columns).where(is_paid),
            select(*columns).where(is_paid, BILL_IS_THERE, _paid_by(owner)),
        ).subquery()
        order = PageOrder((both.c.paid_at, both.c.period, both.c.number))
        behind = None if key is None else PageKey(key)
        found = select(both).where(*order.beyond(behind)).order_by(*order.by(behind))
        with query(self.database.reader) as connection:
            places = connection.execute(found.limit(rows + 1)).all()
            shown = places[:rows]
            lines = {
                row.number: row
                for row in listed_without_names(
                    connection, owner.company_id, [each[0] for each in shown]
                )
            }
        more = bool(shown) and len(places) > len(shown)
        return Page(
            # A bill refunded between the two statements is left out.
            tuple(lines[number] for number, *_ in shown if number in lines),
            next_key=order.key_of(shown[-1]) if more else None,
            previous_key=None,
        )

    def bill(self, owner: Owner, number: BillNumber, *, day: date) -> BillRow:
        seen = or_(
            and_(_lives_with(owner, day), bills.c.state.in_([BillState.PENDING, BillState.PAID])),
            _paid_by(owner),
        )
        with query(self.database.reader) as connection:
            if _moved_in(owner, day):
                seen = or_(seen, _reminded_of(connection, owner, day))
            found = select(bills.c.number).where(
                bills.c.number == number,
                bills.c.company_id == owner.company_id,
                BILL_IS_THERE,
                seen,
            )
            numbers = connection.execute(found).scalars().all()
            for row in listed(connection, owner.company_id, numbers, day):
                return row
        raise ThingNotFoundError(kind="bill", id=number)


def _of_houses(owner: Owner, day: date, *columns: Any) -> Select[Any]:  # noqa: ANN401 - any columns
    houses = {person.house_id for person in owner.living_in(day)}
    found = select(*columns).where(
        bills.c.house_id.in_(houses), _lives_with(owner, day), BILL_IS_THERE
    )
    return along(found, BILLS_BY_HOUSE)


def _lives_with(owner: Owner, day: date) -> ColumnElement[bool]:
    """Return the condition that a bill belongs to a house where the owner lives."""
    own = bills.c.company_id == owner.company_id
    return and_(own, or_(false(), *map(_belongs, owner.living_in(day))))


def _belongs(person: Resident) -> ColumnElement[bool]:
    here = bills.c.house_id == person.house_id
    since = visible_from(person)
    return here if since is None else and_(here, bills.c.imported_at >= since)


def _moved_in(owner: Owner, day: date) -> bool:
    """Tell whether some house of the owner may have bills of an earlier household."""
    return any(visible_from(person) is not None for person in owner.living_in(day))


def _reminded_of(connection: Connection, owner: Owner, day: date) -> ColumnElement[bool]:
    """Return the condition that a bill is PENDING and a reminder to the owner names it.

    One more statement reads the reminders sent to the owner.
    """
    houses = [person.house_id for person in owner.living_in(day)]
    named = named_to(connection, owner.company_id, owner.openid, houses)
    return and_(
        bills.c.company_id == owner.company_id,
        bills.c.house_id.in_(houses),
        bills.c.state == BillState.PENDING,
        one_of(bills.c.number, named),
    )


def _paid_by(owner: Owner) -> ColumnElement[bool]:
    """Return the condition that a live settlement of the owner's order pays a bill."""
    mine = bills.c.company_id == owner.company_id
    paid = bills.c.number.in_(
        select(settlements.c.bill_number)
        .join(
            payment_orders,
            and_(
                payment_orders.c.number == settlements.c.order_number,
                payment_orders.c.company_id == settlements.c.company_id,
            ),
        )
        .where(
            payment_orders.c.company_id == owner.company_id,
            payment_orders.c.payer_openid == owner.openid,
            SETTLEMENT_IS_LIVE,
        )
    )
    return and_(mine, paid)
