"""Making the database, and what commands say about one that can't be used."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from billing_adapters.sql.migrations import head_revision
from tests.databases import opened
from tests.integration.cli.conftest import PROGRAM, Processes


@pytest.fixture
def fresh(empty_url: str, tmp_path: Path) -> Processes:
    """The program on a database without any table."""
    return Processes(empty_url, tmp_path)


class TestMigrate:
    def test_makes_the_tables_once(self, fresh: Processes) -> None:
        first, again = fresh("migrate", "--json"), fresh("migrate", "--json")

        assert first.status == again.status == 0
        assert first.data == {"from": None, "to": head_revision(), "changed": True}
        assert again.data == {"from": head_revision(), "to": head_revision(), "changed": False}
        assert fresh("company", "list", "--json").data == {"companies": []}

    def test_tells_people_what_it_did(self, fresh: Processes) -> None:
        assert "数据库已升级到" in fresh("migrate").out
        assert "数据库已是最新" in fresh("migrate").out

    def test_may_be_run_by_several_at_once(self, fresh: Processes) -> None:
        running = [fresh.start("migrate") for _ in range(3)]

        assert [process.wait(60) for process in running] == [0, 0, 0]
        assert fresh("company", "list").status == 0
        for process in running:
            process.communicate()

    def test_makes_the_folder_of_an_sqlite_file(self, tmp_path: Path) -> None:
        program = Processes(f"sqlite:///{tmp_path}/deep/down/billing.sqlite3", tmp_path)

        assert program("migrate").status == 0
        assert (tmp_path / "deep/down/billing.sqlite3").exists()

    def test_needs_no_variable_in_development(self, tmp_path: Path) -> None:
        program = Processes("", tmp_path)

        assert program("migrate").status == 0
        assert (tmp_path / "data/billing.sqlite3").exists()


class TestADatabaseThat:
    def test_has_no_tables_asks_for_migrate(self, fresh: Processes) -> None:
        answer = fresh("company", "list", "--json")

        assert answer.status == 1
        assert answer.data["refused"]["code"] == "storage_unusable"
        assert "billing migrate" in answer.data["refused"]["message"]

    def test_is_newer_than_the_program_is_left_alone(self, fresh: Processes) -> None:
        fresh("migrate")
        # As if a program of the future had been here.
        with opened(fresh.url) as database, database.engine.begin() as connection:
            connection.execute(text("UPDATE billing_alembic_version SET version_num = 'v9999'"))

        for command in (("company", "list"), ("migrate",)):
            answer = fresh(*command)
            assert answer.status == 1
            assert "请升级程序" in answer.err

    def test_is_older_than_the_first_version_is_left_alone(self, fresh: Processes) -> None:
        with opened(fresh.url) as database, database.engine.begin() as connection:
            for statement in (
                "CREATE TABLE house_grams (gram VARCHAR)",
                "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)",
                "INSERT INTO alembic_version VALUES ('0004')",
            ):
                connection.execute(text(statement))

        for command in (("company", "list"), ("migrate",)):
            answer = fresh(*command)
            assert answer.status == 1
            assert "换一个新的数据库" in answer.err

    def test_is_not_there_yet_is_not_made_by_looking(self, tmp_path: Path) -> None:
        program = Processes(f"sqlite:///{tmp_path}/billing.sqlite3", tmp_path)

        answer = program("company", "list")

        assert answer.status == 1
        assert "billing migrate" in answer.err
        assert not (tmp_path / "billing.sqlite3").exists()

    def test_does_not_answer_is_named_without_its_password(self, tmp_path: Path) -> None:
        url = "postgresql+psycopg://me:hush-hush@127.0.0.1:1/billing"

        answer = Processes(url, tmp_path)("company", "list")

        assert answer.status == 1
        assert "连不上数据库" in answer.err
        assert "hush-hush" not in answer.out + answer.err
        assert "Traceback" not in answer.err

    def test_is_no_database_is_said_so(self, tmp_path: Path) -> None:
        (tmp_path / "letter.txt").write_text("Dear Sir or Madam, " * 500, encoding="utf-8")

        answer = Processes(f"sqlite:///{tmp_path}/letter.txt", tmp_path)("company", "list")

        assert answer.status == 1
        assert "Traceback" not in answer.err

    def test_is_locked_for_good_makes_a_command_give_up(self, billing: Processes) -> None:
        if not billing.url.startswith("sqlite"):
            return  # the row locks of PostgreSQL are tested with its adapter
        engine = create_engine(billing.url)
        with engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            answer = billing("company", "create", "安居物业")
        engine.dispose()

        assert answer.status == 1
        assert "请再试一次" in answer.err


class TestTheProgram:
    def test_is_installed(self) -> None:
        assert shutil.which(PROGRAM)

    @pytest.mark.parametrize("encoding", ["ascii", "gbk"])
    def test_writes_utf_8_whatever_it_is_told(self, tmp_path: Path, encoding: str) -> None:
        billing = Processes("", tmp_path)
        billing.environment["PYTHONIOENCODING"] = encoding
        billing("migrate")

        assert "安居物业" in billing.process("company", "create", "安居物业").out
        assert billing.process("company", "create", "安居物业", "--json").data["refused"]

    def test_stops_quietly_when_nobody_reads_on(self, settled: Processes) -> None:
        settled("import", settled.bills(240), "--community", "幸福家园")
        listing = settled.start("bills", "list", "--community", "幸福家园", "--limit", "240")
        assert listing.stdout is not None
        assert listing.stderr is not None
        listing.stdout.close()

        assert listing.stderr.read() == ""
        assert listing.wait(60) in {0, 1}
        listing.stderr.close()
