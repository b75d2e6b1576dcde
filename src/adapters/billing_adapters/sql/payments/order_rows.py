"""Payment orders as rows and back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, bindparam, select

from billing_adapters.sql.db.json_content import from_json, to_json
from billing_adapters.sql.db.transaction import Values
from billing_adapters.sql.tables.payments import payment_order_lines
from billing_domain.model.money import Money
from billing_domain.model.payments.order import OrderLine, OrderNumber, Payer, PaymentOrder, Ticket

_LINES: Final = (
    select(payment_order_lines)
    .where(
        payment_order_lines.c.order_number.in_(bindparam("numbers", expanding=True)),
        payment_order_lines.c.company_id.in_(bindparam("companies", expanding=True)),
    )
    .order_by(payment_order_lines.c.order_number, payment_order_lines.c.place)
)


def order_values(order: PaymentOrder) -> Values:
    """Return every column of an order's row."""
    return {
        "number": order.number,
        "company_id": order.company_id,
        "community_id": order.community_id,
        "account_id": order.account_id,
        "provider": order.provider,
        "method": order.method,
        "payer_id": order.payer.resident_id,
        "payer_name": order.payer.name,
        "payer_openid": order.payer.openid,
        "request_key": order.request_key,
        "total_fen": order.total.fen,
        "state": order.state,
        "created_at": order.created_at,
        "ticket": None if order.ticket is None else to_json(order.ticket),
        "queried_at": order.queried_at,
        "provider_state": order.provider_state,
        "provider_number": order.provider_number,
        "paid_at": order.paid_at,
        "closed_at": order.closed_at,
        "query_again_at": order.query_again_at,
        "unapplied_fen": order.unapplied.fen,
        "version": order.version,
    }


def line_values(order: PaymentOrder) -> list[Values]:
    """Return the rows of an order's lines."""
    return [
        {
            "company_id": order.company_id,
            "order_number": order.number,
            "bill_number": line.bill,
            "place": place,
            "amount_fen": line.amount.fen,
        }
        for place, line in enumerate(order.lines)
    ]


def orders_of(
    connection: Connection, found: Select[Any], values: Mapping[str, object] | None = None
) -> list[PaymentOrder]:
    """Return the orders of a select of whole rows, with their lines by one more statement."""
    rows = connection.execute(found, values).all()
    lines: dict[OrderNumber, list[OrderLine]] = defaultdict(list)
    if rows:
        wanted = {
            "numbers": [row.number for row in rows],
            "companies": [*{row.company_id for row in rows}],
        }
        for line in connection.execute(_LINES, wanted):
            amount = Money(line.amount_fen)
            lines[line.order_number].append(OrderLine(line.bill_number, amount))
    return [_order(row, lines[row.number]) for row in rows]


def _order(row: Row[Any], lines: Sequence[OrderLine]) -> PaymentOrder:
    return PaymentOrder(
        number=row.number,
        company_id=row.company_id,
        community_id=row.community_id,
        account_id=row.account_id,
        provider=row.provider,
        method=row.method,
        payer=Payer(row.payer_id, row.payer_name, row.payer_openid),
        request_key=row.request_key,
        lines=tuple(lines),
        state=row.state,
        created_at=row.created_at,
        ticket=None if row.ticket is None else from_json(row.ticket, Ticket),
        queried_at=row.queried_at,
        provider_state=row.provider_state,
        provider_number=row.provider_number,
        paid_at=row.paid_at,
        closed_at=row.closed_at,
        query_again_at=row.query_again_at,
        unapplied=Money(row.unapplied_fen),
        version=row.version,
    )
