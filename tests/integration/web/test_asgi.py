"""The application as a server starts it, from the environment."""

import logging
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from anyio.from_thread import start_blocking_portal

from billing_domain.errors import StorageUnusableError
from billing_entrypoints.bootstrap import migrate_database
from billing_entrypoints.settings import load_settings
from billing_entrypoints.web.asgi import create, web_options
from tests.website import Server


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    for name, value in {
        "BILLING_DATA_DIR": str(tmp_path),
        "BILLING_DATABASE_URL": f"sqlite:///{tmp_path / 'billing.sqlite3'}",
        "BILLING_PUBLIC_URL": "http://localhost:8000",
    }.items():
        monkeypatch.setenv(name, value)
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    yield
    root.handlers[:] = before
    root.setLevel(level)


class TestCreate:
    def test_serves_the_deployments_database(self) -> None:
        migrate_database(load_settings())
        app = create()
        with (
            start_blocking_portal() as portal,
            portal.wrap_async_context_manager(app.lifespan()),
        ):
            client = httpx.Client(
                transport=Server(portal, app, https=False), base_url="http://website.test"
            )
            assert client.get("/healthz").text == "ok"
            assert client.get("/sign-in").status_code == 200

    def test_does_not_start_without_a_database(self) -> None:
        with pytest.raises(StorageUnusableError):
            create()


class TestWebOptions:
    def test_never_sign_with_the_key_that_seals(self) -> None:
        settings = load_settings()

        options = web_options(settings)

        assert options.secret != settings.secret_key
        assert options == web_options(settings)
        assert not options.https

    def test_know_https_by_the_public_address(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("BILLING_PUBLIC_URL", "https://pay.example")

        assert web_options(load_settings()).https
