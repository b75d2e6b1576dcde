"""The foreseeable doubles of time, chance and secrets."""

from datetime import UTC, timedelta

import pytest

from billing_adapters.fakes.system import (
    CountedIds,
    FrozenClock,
    PlainPasswordHasher,
    PlainSecretCipher,
)
from billing_domain.model.shanghai import SHANGHAI
from billing_domain.testing import contracts
from billing_domain.testing.contracts.world import NOON


class TestFrozenClock:
    def test_stands_still(self) -> None:
        clock = FrozenClock(NOON)

        assert (clock.now(), clock.now()) == (NOON, NOON)

    def test_moves_when_told_to(self) -> None:
        clock = FrozenClock(NOON)
        clock.advance(timedelta(hours=2))

        assert clock.now() == NOON + timedelta(hours=2)

    def test_tells_utc_wherever_it_was_set(self) -> None:
        clock = FrozenClock(NOON.astimezone(SHANGHAI))

        assert clock.now() == NOON
        assert clock.now().tzinfo is UTC


class TestCountedIds:
    def test_draws_the_same_every_time(self) -> None:
        def draw() -> list[object]:
            ids = CountedIds()
            return [ids.new_id(), ids.bill_serials(3), ids.new_secret(), ids.new_token()]

        assert draw() == draw()

    def test_draws_other_serials_for_the_next_bills(self) -> None:
        ids = CountedIds()

        assert not set(ids.bill_serials(600)) & set(ids.bill_serials(600))


class TestClockContract(contracts.ClockContract):
    @pytest.fixture
    def clock(self) -> FrozenClock:
        return FrozenClock(NOON)


class TestIdsContract(contracts.IdGeneratorContract):
    @pytest.fixture
    def ids(self) -> CountedIds:
        return CountedIds()


class TestPlainPasswordHasher(contracts.PasswordHasherContract):
    @pytest.fixture
    def hasher(self) -> PlainPasswordHasher:
        return PlainPasswordHasher()


class TestPlainSecretCipher(contracts.SecretCipherContract):
    @pytest.fixture
    def cipher(self) -> PlainSecretCipher:
        return PlainSecretCipher()
