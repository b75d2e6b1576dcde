"""The contract of MessageRepository (rule 5.5, P10)."""

from datetime import timedelta
from typing import Any, Final

import attrs
import pytest

from billing_domain.model.payments.received_message import (
    BODY_BYTES_MAX,
    MessageId,
    ReceivedMessage,
    Verdict,
)
from .payment_world import ACCOUNT, OTHER_ACCOUNT
from .storage import StorageContract
from .world import NOON, World

LATER: Final = NOON + timedelta(days=1)
ORDER: Final = "2" * 26
BOOKED: Final[dict[str, Any]] = {
    "verdict": Verdict.BOOKED,
    "provider_id": "EV-1",
    "meaning": "paid 1",
}


class MessageRepositoryContract(StorageContract):
    """Messages from providers, exactly as received."""

    def test_keeps_every_byte(self, world: World) -> None:
        headers = {"Wechatpay-Signature": "a+/=", "X-中文": "é 😀"}
        body = (bytes(range(256)) * 256)[:BODY_BYTES_MAX]
        message = add_message(world, headers=headers, body=body, about=ORDER)
        assert list(world.work.messages.about(ACCOUNT, ORDER)) == [message]

    def test_keeps_what_became_of_it_and_never_other_content(self, world: World) -> None:
        message = add_message(world)
        facts = {**BOOKED, "about": ORDER, "reason": "重复 😀"}
        with world.change() as work:
            forged = attrs.evolve(message, body=b"forged", headers={}, received_at=LATER)
            work.messages.conclude(attrs.evolve(forged, **facts))
        concluded = attrs.evolve(message, **facts)
        assert list(world.work.messages.about(ACCOUNT, ORDER)) == [concluded]

    def test_finds_the_first_booked_delivery(self, world: World) -> None:
        second = add_message(world, **BOOKED, received_at=NOON + timedelta(hours=2))
        first = add_message(world, **BOOKED, received_at=NOON + timedelta(hours=1))
        for verdict in (Verdict.RECEIVED, Verdict.REFUSED, Verdict.FAILED):
            add_message(world, provider_id="EV-1", verdict=verdict, received_at=NOON)
        assert world.work.messages.booked(ACCOUNT, "EV-1") == first
        assert world.work.messages.booked(ACCOUNT, "EV-2") is None
        assert world.work.messages.booked(OTHER_ACCOUNT, "EV-1") is None
        assert first.id != second.id

    def test_lists_those_about_a_number_oldest_first(self, world: World) -> None:
        late = add_message(world, about=ORDER, received_at=NOON + timedelta(hours=1))
        early = add_message(world, about=ORDER)
        add_message(world, about=ORDER, account_id=OTHER_ACCOUNT)
        add_message(world, about="1" * 26)
        assert list(world.work.messages.about(ACCOUNT, ORDER)) == [early, late]

    def test_lists_the_refused_and_failed_newest_first(self, world: World) -> None:
        early = add_message(world, verdict=Verdict.REFUSED, reason="signature")
        late = add_message(
            world, verdict=Verdict.FAILED, received_at=NOON + timedelta(microseconds=1)
        )
        add_message(world)
        add_message(world, **BOOKED)
        add_message(world, verdict=Verdict.REFUSED, company_id=world.rival.id)
        assert list(world.work.messages.refused(world.company.id, count_max=9)) == [late, early]
        assert list(world.work.messages.refused(world.company.id, count_max=1)) == [late]

    def test_forgets_the_old_refused_ones(self, world: World) -> None:
        old = NOON - timedelta(microseconds=1)
        for company in (world.company, world.rival):
            add_message(world, verdict=Verdict.REFUSED, received_at=old, company_id=company.id)
        kept = add_message(world, verdict=Verdict.REFUSED)
        assert world.work.messages.remove_refused_before(NOON) == 2
        with world.begin() as work:
            assert list(work.messages.refused(world.company.id, count_max=9)) == [kept]
            assert work.messages.remove_refused_before(NOON) == 0

    @pytest.mark.parametrize("verdict", [Verdict.RECEIVED, Verdict.BOOKED, Verdict.FAILED])
    def test_never_forgets_others(self, world: World, verdict: Verdict) -> None:
        message = add_message(world, verdict=verdict, about=ORDER)
        with world.begin() as work:
            assert work.messages.remove_refused_before(NOON + timedelta(days=900)) == 0
            assert list(work.messages.about(ACCOUNT, ORDER)) == [message]


def add_message(world: World, **fields: Any) -> ReceivedMessage:
    """Add a message."""
    known: dict[str, Any] = {
        "company_id": world.company.id,
        "account_id": ACCOUNT,
        "received_at": NOON,
        "headers": {"Content-Type": "application/json"},
        "body": b"{}",
        **fields,
    }
    message = ReceivedMessage(id=MessageId(world.new_id()), **known)
    world.work.messages.add(message)
    return message
