"""Reads of payments in memory, for the screens of staff."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final, TypeVar

import attrs

from billing_adapters.memory.state import MemoryState
from billing_domain.model.company.actor import Scope
from billing_domain.model.money import Money
from billing_domain.model.payments.order import OrderState, PaymentOrder
from billing_domain.model.payments.refund import Refund, RefundState
from billing_domain.model.shanghai import shanghai_day
from billing_domain.ports.paging import Page
from billing_domain.ports.payments.queries import OrderFilter, PaymentQueries, Troubles

_TROUBLES_MAX: Final = 200
_FINISHED: Final = frozenset({RefundState.DONE, RefundState.REJECTED})
_Paper = TypeVar("_Paper", PaymentOrder, Refund)


@attrs.frozen
class MemoryPaymentQueries(PaymentQueries):
    """Reads the last committed state."""

    published: Callable[[], MemoryState]

    def page(
        self, scope: Scope, order_filter: OrderFilter, *, key: str | None, rows: int
    ) -> Page[PaymentOrder]:
        """Return one page, newest first; `key` is the last order's number."""
        found = [
            order
            for order in _seen(scope, self.published().orders.values())
            if (key is None or order.number < key) and _is_wanted(order, order_filter)
        ]
        shown = tuple(sorted(found, key=lambda order: order.number, reverse=True)[:rows])
        more = len(found) > len(shown) and bool(shown)
        return Page(shown, next_key=shown[-1].number if more else None, previous_key=None)

    def troubles(self, scope: Scope, *, overdue_before: datetime) -> Troubles:
        """Return what is wrong; orders made at or before the moment are overdue."""
        state = self.published()
        orders = _seen(scope, state.orders.values())
        refunds = _seen(scope, state.refunds.values())
        return Troubles(
            overdue=_oldest(
                order
                for order in orders
                if order.state.open and order.created_at <= overdue_before
            ),
            unapplied=_oldest(
                order
                for order in orders
                if order.state is OrderState.PAID and order.unapplied > Money.zero()
            ),
            refunds=tuple(
                sorted(
                    (refund for refund in refunds if refund.state not in _FINISHED),
                    key=lambda refund: (refund.proposed_at, refund.number),
                )[:_TROUBLES_MAX]
            ),
        )


def _seen(scope: Scope, papers: Iterable[_Paper]) -> list[_Paper]:
    return [paper for paper in papers if scope.covers(paper.company_id, paper.community_id)]


def _oldest(orders: Iterable[PaymentOrder]) -> tuple[PaymentOrder, ...]:
    oldest_first = sorted(orders, key=lambda order: (order.created_at, order.number))
    return tuple(oldest_first[:_TROUBLES_MAX])


def _is_wanted(order: PaymentOrder, wanted: OrderFilter) -> bool:
    made_on = shanghai_day(order.created_at)
    return (
        wanted.community_id in {None, order.community_id}
        and wanted.state in {None, order.state}
        and (wanted.made_from is None or made_on >= wanted.made_from)
        and (wanted.made_to is None or made_on <= wanted.made_to)
        and any(
            wanted.text in text
            for text in (order.number, order.provider_number or "", *order.bills)
        )
    )
