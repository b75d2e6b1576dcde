"""Owners' sessions end (rule 5.12)."""

import hashlib
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing_domain.model.company.community import CompanyId
from billing_domain.model.company.session import hash_token
from billing_domain.model.owners.session import IDLE_MAX, LIFETIME_MAX, OwnerSession
from billing_domain.testing.contracts.world import NOON
from billing_domain.testing.strategies import owner_sessions

TICK = timedelta(microseconds=1)


class TestIsLive:
    @given(owner_sessions(), st.timedeltas(timedelta(0), timedelta(days=9)))
    def test_until_an_idle_day_or_a_week_in_all(
        self, session: OwnerSession, since: timedelta
    ) -> None:
        now = session.seen_at + since
        age = now - session.created_at

        assert session.is_live(now) is (since < timedelta(days=1) and age < timedelta(days=7))

    @pytest.mark.parametrize(
        ("idle", "age", "live"),
        [
            (IDLE_MAX - TICK, IDLE_MAX, True),
            (IDLE_MAX, IDLE_MAX, False),
            (TICK, LIFETIME_MAX - TICK, True),
            (TICK, LIFETIME_MAX, False),
        ],
    )
    def test_to_the_microsecond(self, idle: timedelta, age: timedelta, live: bool) -> None:  # noqa: FBT001
        session = OwnerSession("a" * 64, CompanyId("1"), "openid-1", NOON - age, NOON - idle)

        assert session.is_live(NOON) is live


class TestRepr:
    @given(owner_sessions())
    def test_tells_no_log_who_the_owner_is(self, session: OwnerSession) -> None:
        assert session.openid not in repr(session)


class TestTokenHash:
    @given(st.text())
    def test_is_all_that_is_stored_of_a_token(self, token: str) -> None:
        assert hash_token(token) == hashlib.sha256(token.encode()).hexdigest()
