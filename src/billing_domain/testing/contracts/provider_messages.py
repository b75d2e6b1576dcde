"""The contract of MessageRepository (rule 5.5, P10)."""

from __future__ import annotations

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
from billing_domain.testing.contracts.payment_world import ACCOUNT, OTHER_ACCOUNT
from billing_domain.testing.contracts.storage import Storage, StorageContract
from billing_domain.testing.contracts.world import NOON, World

LATER: Final = NOON + timedelta(days=1)
ORDER: Final = "2" * 26
BOOKED: Final[dict[str, Any]] = {
    "verdict": Verdict.BOOKED,
    "provider_id": "EV-1",
    "meaning": "paid 1",
}


class MessageRepositoryContract(StorageContract):
    """Messages from providers, exactly as received."""

    def test_keeps_every_byte(self, storage: Storage, world: World) -> None:
        headers = {"Wechatpay-Signature": "a+/=", "X-中文": "é 😀"}
        body = (bytes(range(256)) * 256)[:BODY_BYTES_MAX]
        message = add_message(world, headers=headers, body=body, about=ORDER)
        with storage.begin() as work:
            assert list(work.messages.about(ACCOUNT, ORDER)) == [message]

    def test_keeps_what_became_of_it_and_never_other_content(
        self, storage: Storage, world: World
    ) -> None:
        message = add_message(world)
        facts = {**BOOKED, "about": ORDER, "reason": "重复 😀"}
        with storage.begin() as work:
            forged = attrs.evolve(message, body=b"forged", headers={}, received_at=LATER)
            work.messages.conclude(attrs.evolve(forged, **facts))
            work.commit()

        with storage.begin() as work:
            concluded = attrs.evolve(message, **facts)
            assert list(work.messages.about(ACCOUNT, ORDER)) == [concluded]

    def test_finds_the_first_booked_delivery(self, storage: Storage, world: World) -> None:
        second = add_message(world, **BOOKED, received_at=NOON + timedelta(hours=2))
        first = add_message(world, **BOOKED, received_at=NOON + timedelta(hours=1))
        for verdict in (Verdict.RECEIVED, Verdict.REFUSED, Verdict.FAILED):
            add_message(world, provider_id="EV-1", verdict=verdict, received_at=NOON)
        with storage.begin() as work:
            assert work.messages.booked(ACCOUNT, "EV-1") == first
            assert work.messages.booked(ACCOUNT, "EV-2") is None
            assert work.messages.booked(OTHER_ACCOUNT, "EV-1") is None
        assert first.id != second.id

    def test_lists_those_about_a_number_oldest_first(self, storage: Storage, world: World) -> None:
        late = add_message(world, about=ORDER, received_at=NOON + timedelta(hours=1))
        early = add_message(world, about=ORDER)
        add_message(world, about=ORDER, account_id=OTHER_ACCOUNT)
        add_message(world, about="1" * 26)
        with storage.begin() as work:
            assert list(work.messages.about(ACCOUNT, ORDER)) == [early, late]

    def test_lists_the_refused_and_failed_newest_first(
        self, storage: Storage, world: World
    ) -> None:
        early = add_message(world, verdict=Verdict.REFUSED, reason="signature")
        late = add_message(
            world, verdict=Verdict.FAILED, received_at=NOON + timedelta(microseconds=1)
        )
        add_message(world)
        add_message(world, **BOOKED)
        add_message(world, verdict=Verdict.REFUSED, company_id=world.rival.id)
        with storage.begin() as work:
            assert list(work.messages.refused(world.company.id, count_max=9)) == [late, early]
            assert list(work.messages.refused(world.company.id, count_max=1)) == [late]

    def test_forgets_the_old_refused_ones(self, storage: Storage, world: World) -> None:
        old = NOON - timedelta(microseconds=1)
        for company in (world.company, world.rival):
            add_message(world, verdict=Verdict.REFUSED, received_at=old, company_id=company.id)
        kept = add_message(world, verdict=Verdict.REFUSED)
        with storage.begin() as work:
            assert work.messages.remove_refused_before(NOON) == 2
            work.commit()

        with storage.begin() as work:
            assert list(work.messages.refused(world.company.id, count_max=9)) == [kept]
            assert work.messages.remove_refused_before(NOON) == 0

    @pytest.mark.parametrize("verdict", [Verdict.RECEIVED, Verdict.BOOKED, Verdict.FAILED])
    def test_never_forgets_others(self, storage: Storage, world: World, verdict: Verdict) -> None:
        message = add_message(world, verdict=verdict, about=ORDER)
        with storage.begin() as work:
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
    with world.begin() as work:
        work.messages.add(message)
        work.commit()
    return message
