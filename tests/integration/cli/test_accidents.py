"""Imports that are killed, and imports that happen twice at the same moment."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable

import pytest
from sqlalchemy import create_engine, make_url, text

from tests.integration.cli.conftest import HERE, Processes

ROWS = 600


class TestAKilledImport:
    @pytest.mark.slow
    def test_leaves_all_or_nothing(self, settled: Processes) -> None:
        """Six imports are killed from their first change on, each a little later."""
        writes = watcher(settled.url)
        kept = []
        for attempt in range(6):
            sheet = settled.bills(ROWS, f"{attempt}.xlsx", first=attempt + 1)
            before = settled.count()
            caught = kill_while_writing(settled, sheet, writes, delay=attempt * 0.008)
            came_in = settled.count() - before
            assert came_in in {0, ROWS}
            kept.append((caught, came_in))

        # Unless some were caught in the middle, this would prove nothing.
        assert (True, 0) in kept

    def test_comes_in_whole_when_it_is_tried_again(self, settled: Processes) -> None:
        sheet = settled.bills(ROWS)
        kill_while_writing(settled, sheet, watcher(settled.url), delay=0)
        before = settled.count()

        again = settled("import", sheet, *HERE)

        assert settled.count() == ROWS
        # It is refused exactly when the killed one had come in after all.
        assert again.status == (1 if before else 0)


class TestTwoImportsAtOnce:
    def test_of_one_file_come_in_once(self, settled: Processes) -> None:
        for attempt in range(2):
            sheet = settled.bills(ROWS, f"{attempt}.xlsx", first=attempt + 1)
            # Later attempts repeat the charges of earlier ones, so only the file is new.
            words = ("import", sheet, *HERE, "--json") + (
                ("--request-key", f"{attempt}", "--confirm-warnings") if attempt else ()
            )
            running = [settled.start(*words) for _ in range(2)]
            outputs = [process.communicate(timeout=60) for process in running]

            assert settled.count() == ROWS * (attempt + 1)
            assert all(error == "" for _, error in outputs)
            if attempt == 0:
                assert sorted(process.returncode for process in running) == [0, 1]

    def test_of_two_files_come_in_both(self, settled: Processes) -> None:
        sheets = [settled.bills(120, f"{day}.xlsx", first=day) for day in (1, 200)]

        running = [settled.start("import", sheet, *HERE, "--confirm-warnings") for sheet in sheets]
        statuses = [process.wait(60) for process in running]
        for process in running:
            process.communicate()

        assert statuses == [0, 0]
        assert settled.count() == 240


def kill_while_writing(
    program: Processes, sheet: str, writes: Callable[[], bool], *, delay: float
) -> bool:
    """Kill an import some time after it began to change things; tell whether it was caught."""
    running = program.start("import", sheet, *HERE, "--confirm-warnings")
    while running.poll() is None and not writes():
        time.sleep(0.001)
    time.sleep(delay)
    caught = running.poll() is None
    running.kill()
    running.communicate(timeout=60)
    assert caught or running.returncode == 0
    return caught and running.returncode < 0


def watcher(url: str) -> Callable[[], bool]:
    """Return a function that tells whether somebody has changes that are not committed."""
    return _sqlite_watcher(url) if url.startswith("sqlite") else _postgresql_watcher(url)


def _sqlite_watcher(url: str) -> Callable[[], bool]:
    file = make_url(url).database
    assert file is not None

    def writes() -> bool:
        connection = sqlite3.connect(file, timeout=0, isolation_level=None)
        try:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
        except sqlite3.OperationalError:
            return True
        finally:
            connection.close()
        return False

    return writes


def _postgresql_watcher(url: str) -> Callable[[], bool]:
    locked = text(
        "SELECT count(*) FROM pg_locks"
        " WHERE mode = 'RowExclusiveLock' AND relation = 'billing_bills'::regclass"
    )

    def writes() -> bool:
        engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
        with engine.connect() as connection:
            count: int = connection.execute(locked).scalar_one()
        engine.dispose()
        return count > 0

    return writes
