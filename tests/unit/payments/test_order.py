"""Payment orders: rules 5.2, 5.3, 5.6, promises P11, P12."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing_domain.errors import OrderLinesError
from billing_domain.model.money import Money
from billing_domain.model.payments.account import PaymentAccount
from billing_domain.model.payments.order import (
    LINES_MAX,
    SERIAL_MAX,
    TRANSITIONS,
    AccountId,
    Effect,
    OrderEvent,
    OrderState,
    order_number,
)
from tests.unit.payments.builders import ACCOUNT, COMPANY, NOW, SANDBOX, order_of, pending

OPEN = (OrderState.CREATED, OrderState.WAITING)
S, E, F = OrderState, OrderEvent, Effect

OPENING = {
    E.PLACED: (S.WAITING, F.NOTHING),
    E.PLACING_UNKNOWN: (S.WAITING, F.NOTHING),
    E.PLACING_REFUSED: (S.WAITING, F.NOTHING),
    E.SAID_PAID: (S.PAID, F.SETTLE),
    E.SAID_UNPAID: (S.WAITING, F.NOTHING),
    E.SAID_UNKNOWN: (S.WAITING, F.NOTHING),
    E.CLOSE_CONFIRMED: (S.CLOSED, F.RELEASE),
    E.RELEASED: (S.CLOSED, F.RELEASE),
}
EXPECTED = {
    **{(state, event): end for state in OPEN for event, end in OPENING.items()},
    (S.CREATED, E.PLACING_REFUSED): (S.CLOSED, F.RELEASE),
    **{(state, event): (state, F.NOTHING) for state in (S.PAID, S.CLOSED) for event in E},
    (S.CLOSED, E.SAID_PAID): (S.PAID, F.SETTLE),
}


class TestTransitions:
    def test_say_something_for_every_state_and_event(self) -> None:
        assert set(EXPECTED) == set(TRANSITIONS) == set(product(OrderState, OrderEvent))

    @pytest.mark.parametrize(("state", "event"), EXPECTED)
    def test_lead_where_the_rule_says(self, state: OrderState, event: OrderEvent) -> None:
        changed, effect = order_of(pending(), state=state).after(event)

        assert (changed.state, effect) == EXPECTED[state, event]

    @given(st.lists(st.sampled_from(OrderEvent)))
    def test_never_downgrade_a_paid_order_and_settle_it_once(
        self, events: list[OrderEvent]
    ) -> None:
        order, settled = order_of(pending()), 0
        for event in events:
            was = order.state
            order, effect = order.after(event)
            settled += effect is Effect.SETTLE
            assert was is not OrderState.PAID or order.state is OrderState.PAID
        assert settled == int(OrderEvent.SAID_PAID in events) == int(order.state is S.PAID)

    def test_take_the_facts_of_a_change(self) -> None:
        changed, _ = order_of(pending()).after(
            OrderEvent.SAID_UNPAID, provider_state="NOTPAY", queried_at=NOW
        )

        assert (changed.provider_state, changed.queried_at, changed.version) == ("NOTPAY", NOW, 2)

    def test_take_the_facts_of_an_open_order_that_stays_open(self) -> None:
        waiting = order_of(pending(), state=OrderState.WAITING, version=5)

        changed, _ = waiting.after(OrderEvent.SAID_UNKNOWN, provider_state="SYSTEMERROR")

        assert (changed.state, changed.provider_state, changed.version) == (
            S.WAITING,
            "SYSTEMERROR",
            6,
        )

    @pytest.mark.parametrize("state", [OrderState.PAID, OrderState.CLOSED])
    def test_drop_the_facts_of_a_late_word(self, state: OrderState) -> None:
        decided = order_of(pending(), state=state, paid_at=NOW)

        changed, _ = decided.after(OrderEvent.SAID_UNKNOWN, provider_state="late", paid_at=None)

        assert changed is decided

    def test_open_is_created_and_waiting(self) -> None:
        assert tuple(state for state in OrderState if state.open) == OPEN


class TestLines:
    @pytest.mark.parametrize("count", [1, LINES_MAX])
    def test_take_one_to_fifty_bills(self, count: int) -> None:
        order = order_of(*(pending(serial) for serial in range(count)))

        assert len(order.lines) == count

    @pytest.mark.parametrize("count", [0, 51])
    def test_refuse_none_and_more_than_fifty(self, count: int) -> None:
        with pytest.raises(OrderLinesError) as refused:
            order_of(*(pending(serial) for serial in range(count)))
        assert refused.value.facts == {"lines": count, "lines_max": 50}
        assert refused.value.code == "order_lines"

    def test_refuse_a_bill_twice_even_with_another_amount(self) -> None:
        with pytest.raises(OrderLinesError):
            order_of(pending(1, 100), pending(1, 200))

    def test_make_the_total(self) -> None:
        assert order_of(pending(1, 1_01), pending(2, 2_02)).total == Money(3_03)

    def test_are_written_in_ascending_order_of_bills(self) -> None:
        bills = [pending(serial) for serial in (3, 1, 2)]

        assert order_of(*bills).bills == tuple(sorted(bill.number for bill in bills))


class TestTimes:
    @pytest.mark.parametrize("state", OPEN)
    @pytest.mark.parametrize(("question", "minutes"), [("due_to_close", 30), ("overdue", 120)])
    def test_come_for_open_orders_at_the_minute(
        self, state: OrderState, question: str, minutes: int
    ) -> None:
        due = getattr(order_of(pending(), state=state), question)
        moment = NOW + timedelta(minutes=minutes)

        assert due(moment)
        assert not due(moment - timedelta(microseconds=1))

    @pytest.mark.parametrize("state", [OrderState.PAID, OrderState.CLOSED])
    @pytest.mark.parametrize("question", ["due_to_close", "overdue"])
    def test_never_come_for_decided_orders(self, state: OrderState, question: str) -> None:
        assert not getattr(order_of(pending(), state=state), question)(NOW + timedelta(days=9))

    def test_expire_after_half_an_hour(self) -> None:
        assert order_of(pending()).expires_at == NOW + timedelta(minutes=30)


class TestOrderNumber:
    def test_is_shanghai_time_and_the_serial(self) -> None:
        at = datetime(2025, 12, 31, 16, 0, 1, tzinfo=UTC)

        assert order_number(at, 42) == "20260101000001" + "000000000042"

    @given(
        st.datetimes(datetime(2000, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - hypothesis wants bounds without a zone
        st.integers(0, SERIAL_MAX),
    )
    def test_fits_every_provider(self, at: datetime, serial: int) -> None:
        number = order_number(at, serial)

        assert len(number) <= 32
        assert number.isascii()
        assert number.isalnum()

    @pytest.mark.parametrize("serial", [-1, 10**12])
    def test_refuses_a_serial_that_would_not_fit(self, serial: int) -> None:
        with pytest.raises(ValueError, match=str(serial)):
            order_number(NOW, serial)


class TestPaymentAccount:
    def test_is_not_in_use_until_chosen(self) -> None:
        assert not PaymentAccount(ACCOUNT, COMPANY, SANDBOX, "沙箱", {}, {}).active

    def test_never_shows_its_secrets(self) -> None:
        account = PaymentAccount(
            AccountId("1" * 32), COMPANY, SANDBOX, "沙箱", {"mch": "1900"}, {"key": "sealed-text"}
        )

        assert "sealed-text" not in repr(account)
        assert "1900" in repr(account)
