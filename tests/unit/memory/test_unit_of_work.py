"""What the memory database promises beyond the contracts: order among threads, no misuse."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from billing_adapters.memory.database import MemoryDatabase
from billing_adapters.memory.system import CountedIds, FrozenClock
from billing_domain.model.company.session import SignInFailures
from billing_domain.testing.contracts.world import NOON

KEY = "account:xiaoli"


@pytest.fixture
def database() -> MemoryDatabase:
    return MemoryDatabase(FrozenClock(NOON), CountedIds())


class TestWriters:
    def test_take_turns(self, database: MemoryDatabase) -> None:
        """Without the turn, two of them would copy the same state and one change be lost."""

        def fail_once(_: int) -> None:
            with database.begin() as work:
                work.sessions.record_failure(KEY, NOON)
                work.commit()

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(fail_once, range(400)))

        assert failures(database) == SignInFailures(KEY, 400, NOON)

    def test_give_their_turn_back_after_an_error(self, database: MemoryDatabase) -> None:
        with pytest.raises(ZeroDivisionError), database.begin():
            _ = 1 // 0

        with database.begin() as work:
            assert work.sessions.failures(KEY) is None

    def test_that_are_nested_are_refused_instead_of_waiting_for_ever(
        self, database: MemoryDatabase
    ) -> None:
        with database.begin(), pytest.raises(RuntimeError, match="open unit of work already"):
            database.begin().__enter__()

        with database.begin() as work:
            work.commit()

    def test_wait_for_the_writer_of_another_thread(self, database: MemoryDatabase) -> None:
        order: list[str] = []
        entered = threading.Event()

        def write_too() -> None:
            entered.set()
            with database.begin():
                order.append("second")

        with database.begin():
            other = threading.Thread(target=write_too)
            other.start()
            entered.wait()
            other.join(timeout=0.05)
            order.append("first")
        other.join()

        assert order == ["first", "second"]


class TestCommit:
    def test_undoes_what_followed_it(self, database: MemoryDatabase) -> None:
        with database.begin() as work:
            work.sessions.record_failure(KEY, NOON)
            work.commit()
            work.sessions.record_failure(KEY, NOON)

        assert failures(database) == SignInFailures(KEY, 1, NOON)

    def test_publishes_what_no_kept_repository_can_change(self, database: MemoryDatabase) -> None:
        with database.begin() as work:
            sessions = work.sessions
            work.commit()
            sessions.record_failure(KEY, NOON)

        assert failures(database) is None


class TestMisuse:
    def test_work_before_entering_is_refused(self, database: MemoryDatabase) -> None:
        with pytest.raises(RuntimeError, match="not entered"):
            _ = database.begin().bills

    def test_work_after_leaving_is_refused(self, database: MemoryDatabase) -> None:
        with database.begin() as work:
            pass

        with pytest.raises(RuntimeError, match="was left"):
            work.commit()


def failures(database: MemoryDatabase) -> SignInFailures | None:
    with database.begin(read_only=True) as work:
        return work.sessions.failures(KEY)
