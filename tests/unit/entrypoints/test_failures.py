"""What a command says when something is wrong with more than its words."""

from contextlib import AbstractContextManager

import pytest

from billing_domain.errors import StorageBusyError, StorageUnusableError
from billing_domain.ports.system import Clock
from billing_domain.words.zh import sentence
from billing_entrypoints.application import Application
from billing_entrypoints.cli.failures import refusal_of
from billing_entrypoints.cli.main import run
from billing_entrypoints.settings import Settings
from tests.unit.conftest import Commands


class Failing:
    """An installation whose application can't be opened."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def __call__(
        self,
        settings: Settings,  # noqa: ARG002 - what every opener takes
        *,
        clock: Clock | None = None,  # noqa: ARG002 - same
    ) -> AbstractContextManager[Application]:
        raise self._error


class TestASettingsError:
    def test_names_the_variable(self, billing: Commands) -> None:
        billing.environ["BILLING_PORT"] = "http"

        answer = billing("company", "list")

        assert answer.status == 1
        assert "BILLING_PORT：“http”不是" in answer.err

    def test_is_told_to_machines(self, billing: Commands) -> None:
        billing.environ["BILLING_DEPLOYMENT"] = "production"

        answer = billing("company", "list", "--json")

        assert answer.data["refused"]["code"] == "settings_invalid"
        assert answer.err == ""


class TestAStorageError:
    @pytest.mark.parametrize(
        ("reason", "advice"),
        [
            ("url", "BILLING_DATABASE_URL"),
            ("driver", "pip install"),
            ("unreachable", "BILLING_DATABASE_URL"),
            ("encoding", "UTF8"),
            ("schema", "billing migrate"),
            ("schema_newer", "升级程序"),
            ("schema_old", "新的数据库"),
            ("schema_taken", "换一个数据库"),
            ("schema_missing", "CREATE SCHEMA"),
        ],
    )
    def test_says_what_to_do(self, reason: str, advice: str) -> None:
        error = StorageUnusableError(reason=reason, detail="at 7")

        assert advice in refusal_of(error).message
        assert ("at 7" in refusal_of(error).message) == (reason != "schema")


class TestTheDatabase:
    """Whoever is refused may be at the wrong one."""

    def test_is_named_when_it_can_not_be_used(self, capsys: pytest.CaptureFixture[str]) -> None:
        error = StorageUnusableError(reason="schema", detail="at 7")
        environ = {"BILLING_DATABASE_URL": "postgresql://me:hush@db/billing"}

        run(("company", "list"), environ, Failing(error))

        assert capsys.readouterr().err.endswith("billing migrate\n数据库：db/billing\n")

    def test_is_named_when_something_is_not_in_it(self, settled: Commands) -> None:
        answer = settled("community", "list", "--company", "没有这家")

        assert answer.err.endswith(f"\n数据库：{settled.folder}/data/billing.sqlite3\n")


class TestAnUnexpectedError:
    WORDS = ("company", "list")

    def test_shows_no_stack_trace(self, capsys: pytest.CaptureFixture[str]) -> None:
        status = run(self.WORDS, {}, Failing(ZeroDivisionError("boom")))

        said = capsys.readouterr()
        assert (status, said.out) == (1, "")
        assert "ZeroDivisionError" in said.err
        assert "--debug" in said.err
        assert "Traceback" not in said.err

    def test_shows_it_to_whoever_asks(self, capsys: pytest.CaptureFixture[str]) -> None:
        run((*self.WORDS, "--debug"), {}, Failing(ZeroDivisionError("boom")))

        assert "Traceback" in capsys.readouterr().err

    def test_is_one_object_to_machines(self, capsys: pytest.CaptureFixture[str]) -> None:
        run((*self.WORDS, "--json", "--debug"), {}, Failing(ZeroDivisionError("boom")))

        assert capsys.readouterr().out.startswith('{"refused": {"code": "unexpected"')

    def test_of_a_missing_package_says_what_to_install(self) -> None:
        error = ModuleNotFoundError("no", name="sqlalchemy")

        assert "pip install 'billing-domain[app]'" in refusal_of(error).message

    def test_is_not_what_the_domain_refuses(self, capsys: pytest.CaptureFixture[str]) -> None:
        status = run(self.WORDS, {}, Failing(StorageBusyError()))

        said = capsys.readouterr()
        assert (status, said.out) == (1, "")
        assert sentence(StorageBusyError()) in said.err
        assert refusal_of(StorageBusyError()).code == "storage_busy"


class TestTheApplication:
    def test_is_closed_after_every_command(self, settled: Commands) -> None:
        settled("company", "list")
        settled("preview", "no-such", "--community", "幸福家园")

        assert settled.open_now == 0
