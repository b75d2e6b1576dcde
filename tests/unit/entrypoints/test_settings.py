"""What the environment may say, and what is said about it when it may not."""

import base64
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from billing_entrypoints.settings import (
    Settings,
    SettingsError,
    find_database_place,
    load_settings,
)

KEY = base64.urlsafe_b64encode(bytes(range(32))).decode()


def load(tmp_path: Path, **variables: str) -> Settings:
    return load_settings({"BILLING_DATA_DIR": str(tmp_path / "data"), **variables})


def refusal(tmp_path: Path, **variables: str) -> str:
    with pytest.raises(SettingsError) as caught:
        load(tmp_path, **variables)
    return str(caught.value)


class TestDevelopment:
    def test_needs_nothing(self, tmp_path: Path) -> None:
        settings = load(tmp_path)

        assert not settings.in_production
        assert settings.database_url == f"sqlite:///{tmp_path}/data/billing.sqlite3"
        assert (settings.host, settings.port) == ("127.0.0.1", 8000)
        assert settings.public_url == "http://127.0.0.1:8000"
        assert settings.trusted_proxies == ()

    def test_keeps_its_data_below_the_working_folder(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)

        assert load_settings({}).data_dir == tmp_path / "var"

    def test_takes_blank_for_not_given(self, tmp_path: Path) -> None:
        assert load(tmp_path, BILLING_PORT=" ").port == 8000

    @pytest.mark.parametrize(
        ("host", "address"),
        [
            ("0.0.0.0", "127.0.0.1"),  # noqa: S104 - nothing listens here
            ("::", "[::1]"),
            ("fee.lan", "fee.lan"),
        ],
    )
    def test_names_an_address_that_a_browser_can_open(
        self, tmp_path: Path, host: str, address: str
    ) -> None:
        settings = load(tmp_path, BILLING_HOST=host, BILLING_PORT="80")

        assert settings.public_url == f"http://{address}:80"

    def test_shows_no_secret(self, tmp_path: Path) -> None:
        url = "postgresql+psycopg://billing:hush-hush@db/billing"
        settings = load(tmp_path, BILLING_DATABASE_URL=url, BILLING_SECRET_KEY=KEY)

        assert "hush-hush" not in repr(settings)
        assert KEY not in repr(settings)


class TestThePlaceOfTheDatabase:
    def test_is_a_file_that_asking_does_not_make(self, tmp_path: Path) -> None:
        place = find_database_place({"BILLING_DATA_DIR": str(tmp_path / "data")})

        assert place == f"{tmp_path}/data/billing.sqlite3"
        assert not (tmp_path / "data").exists()

    @pytest.mark.parametrize(
        ("url", "place"),
        [
            ("postgres://me:hush-hush@db.lan:5433/billing", "db.lan:5433/billing"),
            ("postgresql://me:h/u?sh@db/billing?password=hush-hush", "db/billing"),
            ("postgresql://me:hush@hush@db/billing", "PostgreSQL"),
            ("postgresql://db/billing?password=hush@hush", "db/billing"),
            ("postgresql:///billing?user=me&password=hush/hush", "/billing"),
            ("nonsense", ""),
        ],
    )
    def test_holds_no_secret(self, url: str, place: str) -> None:
        assert find_database_place({"BILLING_DATABASE_URL": url}) == place

    def test_is_the_one_that_is_opened(self, tmp_path: Path) -> None:
        environ = {"BILLING_DATA_DIR": str(tmp_path / "data")}

        assert load_settings(environ).database_place == find_database_place(environ)


class TestDatabaseUrl:
    @pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
    def test_takes_every_spelling_of_postgresql(self, tmp_path: Path, scheme: str) -> None:
        settings = load(tmp_path, BILLING_DATABASE_URL=f"{scheme}://me@db/billing")

        assert settings.database_url == "postgresql+psycopg://me@db/billing"

    def test_takes_an_sqlite_file(self, tmp_path: Path) -> None:
        url = f"sqlite:///{tmp_path}/fees.db"

        assert load(tmp_path, BILLING_DATABASE_URL=url).database_url == url

    @pytest.mark.parametrize(
        "url",
        [
            "billing.sqlite3",
            "sqlite://",
            "sqlite:///",
            "sqlite:///:memory:",
            "mysql://db/billing",
            "postgresql+asyncpg://db/billing",
            "postgresql://",
        ],
    )
    def test_refuses_what_is_no_database_of_ours(self, tmp_path: Path, url: str) -> None:
        assert "BILLING_DATABASE_URL：" in refusal(tmp_path, BILLING_DATABASE_URL=url)


class TestSecretKey:
    def test_is_made_once(self, tmp_path: Path) -> None:
        first, second = load(tmp_path), load(tmp_path)

        assert first.secret_key == second.secret_key
        assert len(base64.urlsafe_b64decode(first.secret_key)) == 32

    def test_differs_between_installations(self, tmp_path: Path) -> None:
        assert load(tmp_path / "a").secret_key != load(tmp_path / "b").secret_key

    def test_is_readable_by_its_owner_alone(self, tmp_path: Path) -> None:
        load(tmp_path)

        mode = stat.S_IMODE((tmp_path / "data/secret.key").stat().st_mode)
        assert mode == 0o600

    def test_is_the_same_for_processes_that_start_together(self, tmp_path: Path) -> None:
        script = (
            "from billing_entrypoints import settings; print(settings.load_settings().secret_key)"
        )
        environment = {**os.environ, "BILLING_DATA_DIR": str(tmp_path / "data")}
        running = [
            subprocess.Popen(
                [sys.executable, "-c", script], env=environment, stdout=subprocess.PIPE, text=True
            )
            for _ in range(4)
        ]

        keys = {process.communicate()[0] for process in running}

        assert len(keys) == 1
        assert sorted(path.name for path in (tmp_path / "data").iterdir()) == ["secret.key"]

    def test_is_not_written_when_it_is_given(self, tmp_path: Path) -> None:
        assert load(tmp_path, BILLING_SECRET_KEY=KEY).secret_key == KEY
        assert not (tmp_path / "data").exists()

    @pytest.mark.parametrize("text", ["hush", KEY[:-4], KEY + "AAAA", "不是密钥" * 11])
    def test_is_refused_without_being_shown(self, tmp_path: Path, text: str) -> None:
        said = refusal(tmp_path, BILLING_SECRET_KEY=text)

        assert "BILLING_SECRET_KEY：不是有效的密钥" in said
        assert text not in said

    def test_is_not_replaced_when_the_file_is_damaged(self, tmp_path: Path) -> None:
        load(tmp_path)
        file = tmp_path / "data/secret.key"
        file.write_bytes(b"\xff torn")

        said = refusal(tmp_path)

        assert "已损坏" in said
        assert file.read_bytes() == b"\xff torn"

    def test_needs_a_folder_that_can_be_made(self, tmp_path: Path) -> None:
        (tmp_path / "data").write_text("a file, no folder", encoding="utf-8")

        assert "BILLING_DATA_DIR：" in refusal(tmp_path)
        assert "BILLING_DATA_DIR：" in refusal(tmp_path, BILLING_DATA_DIR=f"{tmp_path}/data/below")


class TestTheWorker:
    def test_works_in_every_server_unless_said_otherwise(self, tmp_path: Path) -> None:
        assert load(tmp_path).works_in_process
        assert load(tmp_path, BILLING_WORKER="in-process").works_in_process
        assert not load(tmp_path, BILLING_WORKER="Separate").works_in_process

    def test_is_nowhere_else(self, tmp_path: Path) -> None:
        assert "BILLING_WORKER：不认识“never”" in refusal(tmp_path, BILLING_WORKER="never")


class TestProduction:
    def test_takes_what_was_chosen(self, tmp_path: Path) -> None:
        settings = load(
            tmp_path,
            BILLING_DEPLOYMENT="production",
            BILLING_DATABASE_URL="postgresql+psycopg://me@db/billing",
            BILLING_SECRET_KEY=KEY,
            BILLING_PUBLIC_URL="https://fee.example.com/",
            BILLING_TRUSTED_PROXIES="10.0.0.1, 10.1.0.0/16",
            BILLING_POOL_SIZE="30",
        )

        assert settings.in_production
        assert settings.public_url == "https://fee.example.com"
        assert settings.trusted_proxies == ("10.0.0.1", "10.1.0.0/16")
        assert settings.pool_size == 30

    def test_names_everything_that_must_be_chosen_at_once(self, tmp_path: Path) -> None:
        said = refusal(tmp_path, BILLING_DEPLOYMENT="production")

        for name in ("BILLING_DATABASE_URL", "BILLING_SECRET_KEY", "BILLING_PUBLIC_URL"):
            assert f"{name}：生产环境必须设置" in said
        assert not (tmp_path / "data").exists()

    def test_is_never_reached_in_the_clear(self, tmp_path: Path) -> None:
        said = refusal(
            tmp_path, BILLING_DEPLOYMENT="production", BILLING_PUBLIC_URL="http://fee.example.com"
        )

        assert "https://" in said


class TestABadValue:
    @pytest.mark.parametrize(
        ("variable", "value"),
        [
            ("BILLING_DEPLOYMENT", "staging"),
            ("BILLING_HOST", "two words"),
            ("BILLING_PORT", "0"),
            ("BILLING_PORT", "65536"),
            ("BILLING_PORT", "-1"),
            ("BILLING_PORT", "８０"),
            ("BILLING_POOL_SIZE", "101"),
            ("BILLING_POOL_SIZE", "many"),
            ("BILLING_PUBLIC_URL", "fee.example.com"),
            ("BILLING_PUBLIC_URL", "https://fee.example.com/path"),
            ("BILLING_PUBLIC_URL", "https://me@fee.example.com"),
            ("BILLING_PUBLIC_URL", "https://fee.example.com:99999"),
            ("BILLING_TRUSTED_PROXIES", "nginx"),
        ],
    )
    def test_is_named_with_its_variable_and_advice(
        self, tmp_path: Path, variable: str, value: str
    ) -> None:
        with pytest.raises(SettingsError) as caught:
            load(tmp_path, **{variable: value})

        (problem,) = caught.value.problems
        assert problem.variable == variable
        assert value in problem.problem
        assert problem.advice

    def test_does_not_hide_another(self, tmp_path: Path) -> None:
        said = refusal(tmp_path, BILLING_PORT="x", BILLING_HOST="?")

        assert "BILLING_PORT" in said
        assert "BILLING_HOST" in said


class TestWechatApiUrl:
    def test_is_wechats_own_unless_a_test_plays_it(self, tmp_path: Path) -> None:
        url = "http://127.0.0.1:8123"

        assert not load(tmp_path).wechat_api_url
        assert load(tmp_path, BILLING_WECHAT_API_URL=f"{url}/").wechat_api_url == url

    @pytest.mark.parametrize(
        "url", ["https://wechat.example.com", "http://192.0.2.1:80", "127.0.0.1:80", "x"]
    )
    def test_is_never_somebody_elses_machine(self, tmp_path: Path, url: str) -> None:
        """The secrets of official accounts go there."""
        assert "不是本机的地址" in refusal(tmp_path, BILLING_WECHAT_API_URL=url)

    def test_is_refused_in_production(self, tmp_path: Path) -> None:
        said = refusal(
            tmp_path,
            BILLING_DEPLOYMENT="production",
            BILLING_WECHAT_API_URL="http://127.0.0.1:8123",
        )

        assert "BILLING_WECHAT_API_URL：只用于测试，生产环境不能设置" in said
