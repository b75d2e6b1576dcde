"""The contracts of StaffRepository and SessionRepository."""

from abc import abstractmethod
from datetime import timedelta
from typing import Any

import attrs
import pytest

from billing_domain.errors import FieldError, StaleError, ThingNotFoundError
from billing_domain.model.company.community import CommunityId
from billing_domain.model.company.session import SignInFailures, StaffSession
from billing_domain.model.company.staff import Role, StaffAccount, StaffId
from billing_domain.ports.company import SessionRepository
from billing_domain.ports.unit_of_work import UnitOfWork
from .storage import Storage, StorageContract
from .world import NOON, World, refused


class StaffRepositoryContract(StorageContract):
    """Staff accounts, with login names unique in the deployment."""

    def test_returns_every_fact(self, world: World) -> None:
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
        for account in accounts:
            assert world.work.staff.get(world.company.id, account.id) == account

    def test_finds_nothing_of_another_company(self, world: World) -> None:
        account = add_account(world, "xiaoli")
        with refused(ThingNotFoundError, kind="staff", id=account.id):
            world.work.staff.get(world.rival.id, account.id)

    def test_finds_an_account_for_a_session(self, world: World) -> None:
        account = add_account(world, "xiaoli", company_id=world.rival.id)
        assert world.work.staff.find(account.id) == account
        assert world.work.staff.find(StaffId(world.new_id())) is None

    def test_finds_an_account_by_its_login_name(self, world: World) -> None:
        account = add_account(world, "xiaoli", company_id=world.rival.id)
        assert world.work.staff.by_login_name("xiaoli") == account
        assert world.work.staff.by_login_name("xiao%") is None

    def test_refuses_a_login_name_of_any_company(self, world: World) -> None:
        add_account(world, "xiaoli", company_id=world.rival.id)
        with refused(FieldError, field="login_name", reason="taken"):
            world.work.staff.add(world.an_account("xiaoli"))

    def test_lists_a_company_oldest_first(self, world: World) -> None:
        late = add_account(world, "late", created_at=NOON + timedelta(days=1))
        early = add_account(world, "early")
        add_account(world, "foreign", company_id=world.rival.id)
        assert list(world.work.staff.all(world.company.id)) == [early, late]

    def test_saves_the_next_version_once(self, world: World) -> None:
        account = add_account(world, "xiaoli")
        reach: frozenset[CommunityId] = frozenset({world.lakeside.id})
        changed = account.change(name="小丽", role=Role.READ_ONLY, community_ids=reach)
        world.work.staff.save(changed)
        with refused(StaleError, kind="staff", id=account.id):
            world.work.staff.save(account.set_disabled(disabled=True))
        assert world.work.staff.get(world.company.id, account.id) == changed


class SessionsContract(StorageContract):
    """Sessions of staff or owners; a subclass says whose."""

    @abstractmethod
    def sessions(self, work: UnitOfWork) -> SessionRepository[Any]:
        """Return the repository."""

    @abstractmethod
    def add_sessions(self, world: World, *token_hashes: str) -> list[Any]:
        """Add sessions of one person."""

    def test_returns_every_fact(self, world: World) -> None:
        [session] = self.add_sessions(world, "a" * 64)
        assert self.sessions(world.work).get(session.token_hash) == session
        assert self.sessions(world.work).get("b" * 64) is None

    def test_remembers_its_use(self, world: World) -> None:
        session, other = self.add_sessions(world, "a" * 64, "b" * 64)
        later = NOON + timedelta(minutes=7)
        with world.change() as work:
            self.sessions(work).touch(session.token_hash, later)
            self.sessions(work).touch("c" * 64, later)
        found = self.sessions(world.work).get(session.token_hash)
        assert found == attrs.evolve(session, seen_at=later)
        assert self.sessions(world.work).get(other.token_hash) == other
        assert self.sessions(world.work).get("c" * 64) is None

    def test_forgets_a_session(self, world: World) -> None:
        gone, kept = self.add_sessions(world, "a" * 64, "b" * 64)
        with world.change() as work:
            self.sessions(work).remove(gone.token_hash)
            self.sessions(work).remove("c" * 64)
        assert self.sessions(world.work).get(gone.token_hash) is None
        assert self.sessions(world.work).get(kept.token_hash) == kept


class SessionRepositoryContract(SessionsContract):
    """Staff sessions and failed sign-ins (promises P39, P40)."""

    def sessions(self, work: UnitOfWork) -> SessionRepository[Any]:
        """Return the repository of staff's sessions."""
        return work.sessions

    def add_sessions(self, world: World, *token_hashes: str) -> list[Any]:
        """Add sessions of one account."""
        account = add_account(world, "xiaoli")
        return [add_session(world, account, each) for each in token_hashes]

    def test_forgets_every_session_of_an_account(self, world: World) -> None:
        account, other = add_account(world, "xiaoli"), add_account(world, "laowang")
        gone = [add_session(world, account, token * 64) for token in "ab"]
        kept = add_session(world, other, "c" * 64)
        world.work.sessions.remove_of(account.id)
        assert [world.work.sessions.get(each.token_hash) for each in gone] == [None, None]
        assert world.work.sessions.get(kept.token_hash) == kept

    def test_counts_failures_by_key(self, world: World) -> None:
        with world.change() as work:
            for minutes in range(3):
                work.sessions.record_failure("account:x", NOON + timedelta(minutes=minutes))
            work.sessions.record_failure("address:10.0.0.1", NOON)

        assert world.work.sessions.failures("account:x") == SignInFailures(
            "account:x", 3, NOON + timedelta(minutes=2)
        )
        assert world.work.sessions.failures("address:10.0.0.1") == SignInFailures(
            "address:10.0.0.1", 1, NOON
        )
        assert world.work.sessions.failures(world.new_id()) is None

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
    world.work.staff.add(account)
    return account


def add_session(world: World, account: StaffAccount, token_hash: str) -> StaffSession:
    """Add a session."""
    session = StaffSession(token_hash, account.id, NOON, NOON)
    world.work.sessions.add(session)
    return session
