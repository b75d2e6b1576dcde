"""The contracts of StaffRepository and SessionRepository."""

from __future__ import annotations

from datetime import timedelta

import pytest

from billing_domain.errors import FieldError, StaleError, ThingNotFoundError
from billing_domain.model.company.community import CommunityId
from billing_domain.model.company.session import SignInFailures, StaffSession
from billing_domain.model.company.staff import Role, StaffAccount, StaffId
from billing_domain.testing.contracts.storage import Storage, StorageContract
from billing_domain.testing.contracts.world import NOON, World


class StaffRepositoryContract(StorageContract):
    """Staff accounts, with login names unique in the deployment."""

    def test_returns_every_fact(self, storage: Storage, world: World) -> None:
        accounts = [
            add_account(world, "xiaoli"),
            add_account(world, "finance", role=Role.FINANCE, community_ids=frozenset()),
            add_account(
                world,
                "a.wang@example",
                community_ids=frozenset({world.garden.id, world.lakeside.id}),
                disabled=True,
                password_hash="$argon2id$" + "x" * 200,
            ),
        ]
        with storage.begin() as work:
            for account in accounts:
                assert work.staff.get(world.company.id, account.id) == account

    def test_finds_nothing_of_another_company(self, storage: Storage, world: World) -> None:
        account = add_account(world, "xiaoli")
        with storage.begin() as work, pytest.raises(ThingNotFoundError) as refusal:
            work.staff.get(world.rival.id, account.id)

        assert refusal.value.facts == {"kind": "staff", "id": account.id}

    def test_finds_an_account_for_a_session(self, storage: Storage, world: World) -> None:
        account = add_account(world, "xiaoli", company_id=world.rival.id)
        with storage.begin() as work:
            assert work.staff.find(account.id) == account
            assert work.staff.find(StaffId(world.new_id())) is None

    def test_finds_an_account_by_its_login_name(self, storage: Storage, world: World) -> None:
        account = add_account(world, "xiaoli", company_id=world.rival.id)
        with storage.begin() as work:
            assert work.staff.by_login_name("xiaoli") == account
            assert work.staff.by_login_name("xiao%") is None

    def test_refuses_a_login_name_of_any_company(self, storage: Storage, world: World) -> None:
        add_account(world, "xiaoli", company_id=world.rival.id)
        with storage.begin() as work, pytest.raises(FieldError) as refusal:
            work.staff.add(world.an_account("xiaoli"))

        assert (refusal.value.field, refusal.value.reason) == ("login_name", "taken")

    def test_lists_a_company_oldest_first(self, storage: Storage, world: World) -> None:
        late = add_account(world, "late", created_at=NOON + timedelta(days=1))
        early = add_account(world, "early")
        add_account(world, "foreign", company_id=world.rival.id)
        with storage.begin() as work:
            assert list(work.staff.all(world.company.id)) == [early, late]

    def test_saves_the_next_version(self, storage: Storage, world: World) -> None:
        account = add_account(world, "xiaoli")
        reach: frozenset[CommunityId] = frozenset({world.lakeside.id})
        changed = account.change(name="小丽", role=Role.READ_ONLY, community_ids=reach)
        with storage.begin() as work:
            work.staff.save(changed)
            work.commit()

        with storage.begin() as work:
            assert work.staff.get(world.company.id, account.id) == changed

    def test_refuses_what_was_changed_meanwhile(self, storage: Storage, world: World) -> None:
        account = add_account(world, "xiaoli")
        with storage.begin() as work:
            work.staff.save(account.with_password("new"))
            work.commit()

        with storage.begin() as work, pytest.raises(StaleError) as refusal:
            work.staff.save(account.set_disabled(disabled=True))

        assert refusal.value.facts == {"kind": "staff", "id": account.id}


class SessionRepositoryContract(StorageContract):
    """Staff sessions and failed sign-ins (promises P39, P40)."""

    def test_returns_a_session(self, storage: Storage, world: World) -> None:
        session = add_session(world, add_account(world, "xiaoli"), "a" * 64)
        with storage.begin() as work:
            assert work.sessions.get(session.token_hash) == session
            assert work.sessions.get("b" * 64) is None

    def test_remembers_its_use(self, storage: Storage, world: World) -> None:
        session = add_session(world, add_account(world, "xiaoli"), "a" * 64)
        later = NOON + timedelta(minutes=7)
        with storage.begin() as work:
            work.sessions.touch(session.token_hash, later)
            work.sessions.touch("b" * 64, later)
            work.commit()

        with storage.begin() as work:
            found = work.sessions.get(session.token_hash)
            assert found == StaffSession(session.token_hash, session.staff_id, NOON, later)
            assert work.sessions.get("b" * 64) is None

    def test_forgets_a_session(self, storage: Storage, world: World) -> None:
        account = add_account(world, "xiaoli")
        gone, kept = (add_session(world, account, token * 64) for token in "ab")
        with storage.begin() as work:
            work.sessions.remove(gone.token_hash)
            work.sessions.remove("c" * 64)
            work.commit()

        with storage.begin() as work:
            assert work.sessions.get(gone.token_hash) is None
            assert work.sessions.get(kept.token_hash) == kept

    def test_forgets_every_session_of_an_account(self, storage: Storage, world: World) -> None:
        account, other = add_account(world, "xiaoli"), add_account(world, "laowang")
        gone = [add_session(world, account, token * 64) for token in "ab"]
        kept = add_session(world, other, "c" * 64)
        with storage.begin() as work:
            work.sessions.remove_of(account.id)
            work.commit()

        with storage.begin() as work:
            assert [work.sessions.get(each.token_hash) for each in gone] == [None, None]
            assert work.sessions.get(kept.token_hash) == kept

    def test_counts_failures_by_key(self, storage: Storage, world: World) -> None:
        with storage.begin() as work:
            for minutes in range(3):
                work.sessions.record_failure("account:x", NOON + timedelta(minutes=minutes))
            work.sessions.record_failure("address:10.0.0.1", NOON)
            work.commit()

        with storage.begin() as work:
            assert work.sessions.failures("account:x") == SignInFailures(
                "account:x", 3, NOON + timedelta(minutes=2)
            )
            assert work.sessions.failures("address:10.0.0.1") == SignInFailures(
                "address:10.0.0.1", 1, NOON
            )
            assert work.sessions.failures(world.new_id()) is None

    @pytest.mark.parametrize(
        ("quiet", "count"),
        [(timedelta(hours=24) - timedelta(microseconds=1), 3), (timedelta(hours=24), 1)],
    )
    def test_starts_again_after_a_quiet_day(
        self, storage: Storage, quiet: timedelta, count: int
    ) -> None:
        with storage.begin() as work:
            work.sessions.record_failure("account:x", NOON - timedelta(hours=1))
            work.sessions.record_failure("account:x", NOON)
            work.sessions.record_failure("account:x", NOON + quiet)
            work.commit()

        with storage.begin() as work:
            assert work.sessions.failures("account:x") == SignInFailures(
                "account:x", count, NOON + quiet
            )

    def test_forgets_failures(self, storage: Storage) -> None:
        with storage.begin() as work:
            work.sessions.record_failure("account:x", NOON)
            work.sessions.record_failure("account:y", NOON)
            work.sessions.clear_failures("account:x")
            work.sessions.clear_failures("account:never")
            work.commit()

        with storage.begin() as work:
            assert work.sessions.failures("account:x") is None
            assert work.sessions.failures("account:y") is not None


def add_account(world: World, login_name: str, **fields: object) -> StaffAccount:
    """Add a staff account."""
    account = world.an_account(login_name, **fields)
    with world.begin() as work:
        work.staff.add(account)
        work.commit()
    return account


def add_session(world: World, account: StaffAccount, token_hash: str) -> StaffSession:
    """Add a session."""
    session = StaffSession(token_hash, account.id, NOON, NOON)
    with world.begin() as work:
        work.sessions.add(session)
        work.commit()
    return session
