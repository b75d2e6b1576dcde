"""The deployment's settings: the only reader of the environment.

Every variable is checked at once, and everything that is wrong is said at once: which variable,
what is wrong with it, what to do.
"""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import urlsplit

import attrs

from billing_entrypoints.secret_key import KEY_FILE, is_key, stored_key
from billing_entrypoints.words.settings import OR, PROBLEMS

DATABASE_FILE: Final = "billing.sqlite3"
POOL_SIZE_MAX: Final = 100
_PORT_MAX: Final = 65_535
_HOST: Final = re.compile(r"[0-9A-Za-z._:%-]+")
_LOOPBACK: Final = re.compile(r"http://(127\.0\.0\.1|localhost):[0-9]{1,5}/?")
_DRIVER: Final = "postgresql+psycopg"
_SERVER: Final = re.compile(r"(?:[^:/]*(?::[^@]*)?@)?([^/?@]*(?:/[^?@]*)?)(?:\?.*)?")
"""A PostgreSQL address behind its scheme; what may be shown of it is the group."""

_NO_ADDRESSES: Final[tuple[str, ...]] = ()

_Value = TypeVar("_Value")
_DEPLOYMENTS: Final = {"development": False, "production": True}
_WORKERS: Final = {"in-process": True, "separate": False}


@attrs.frozen
class SettingProblem:
    """What is wrong with one variable and what to do, as sentences for the operator."""

    variable: str
    problem: str
    advice: str

    def __str__(self) -> str:
        """Return the whole sentence."""
        return f"{self.variable}：{self.problem}。{self.advice}。"


class SettingsError(Exception):
    """The environment can't be used; `problems` names every variable that is wrong."""

    code = "settings_invalid"

    def __init__(self, problems: Sequence[SettingProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


@attrs.frozen(kw_only=True)
class Settings:
    """One deployment, checked: see `load_settings` for the variables and their defaults.

    `public_url` ends without a slash. `pool_size` is the number of database connections and so
    of requests that are worked on at once. `trusted_proxies` are the network addresses whose
    word about the browser's address is believed. `works_in_process` is whether a server does
    background work itself. `wechat_api_url` is who plays WeChat in a test, empty for WeChat
    itself.
    """

    in_production: bool
    """Whether real owners and real money are behind this."""

    database_url: str = attrs.field(repr=False)
    data_dir: Path
    secret_key: str = attrs.field(repr=False)
    host: str
    port: int
    public_url: str
    pool_size: int
    trusted_proxies: tuple[str, ...]
    works_in_process: bool = True
    wechat_api_url: str = ""

    @property
    def database_place(self) -> str:
        """Where the database is, for people: a file, or an address without user and password."""
        return _place(self.database_url)


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Return the settings in a mapping, by default the process's environment.

    BILLING_DEPLOYMENT development|production; BILLING_DATA_DIR ./var; BILLING_DATABASE_URL an
    SQLite file in the data folder; BILLING_SECRET_KEY made once into the data folder, readable
    by its owner alone; BILLING_HOST 127.0.0.1; BILLING_PORT 8000; BILLING_PUBLIC_URL the two;
    BILLING_POOL_SIZE 10; BILLING_TRUSTED_PROXIES none; BILLING_WORKER
    in-process|separate; BILLING_WECHAT_API_URL WeChat's own, another on this machine for tests.
    Production needs database, key and public address to be given, and has no other WeChat.
    Raises SettingsError naming all that is wrong.
    """
    reader = _Reader(os.environ if environ is None else environ)
    production = reader.read(
        "BILLING_DEPLOYMENT", _one_of("deployment", _DEPLOYMENTS), default=False
    )
    chosen = _required if production else None
    schemes = ["https"] if production else ["http", "https"]
    data_dir, database_url = _read_storage(reader, chosen)
    host = reader.read("BILLING_HOST", _host, "127.0.0.1")
    port = reader.read("BILLING_PORT", _integer(1, _PORT_MAX), 8000)
    own_url = _own_url(host, port)
    settings = Settings(
        in_production=production,
        database_url=database_url,
        data_dir=data_dir,
        host=host,
        port=port,
        public_url=reader.read("BILLING_PUBLIC_URL", _public_url(schemes), own_url, chosen),
        pool_size=reader.read("BILLING_POOL_SIZE", _integer(1, POOL_SIZE_MAX), 10),
        trusted_proxies=reader.read("BILLING_TRUSTED_PROXIES", _addresses, _NO_ADDRESSES),
        works_in_process=reader.read("BILLING_WORKER", _one_of("worker", _WORKERS), default=True),
        wechat_api_url=reader.read(
            "BILLING_WECHAT_API_URL", _test_only if production else _wechat_api_url, ""
        ),
        secret_key=reader.read("BILLING_SECRET_KEY", _secret_key, "", chosen),
    )
    if not (settings.secret_key or reader.problems):
        made = reader.checked("BILLING_DATA_DIR", lambda: _stored_key(data_dir), "")
        settings = attrs.evolve(settings, secret_key=made)
    if reader.problems:
        raise SettingsError(reader.problems)
    return settings


def find_database_place(environ: Mapping[str, str]) -> str:
    """Return where the database of an environment is or would be; empty when it can't be read.

    Nothing is made by asking.
    """
    reader = _Reader(environ)
    _, database_url = _read_storage(reader)
    return "" if reader.problems else _place(database_url)


class _BadValueError(Exception):
    """A value can't be used; `kind` is a key of PROBLEMS, `text` what was written."""

    def __init__(self, kind: str, text: object = "", **facts: object) -> None:
        self.problem, self.advice = (words.format(text=text, **facts) for words in PROBLEMS[kind])
        super().__init__(self.problem)


class _Reader:
    """Reads one variable after another, collecting what is wrong; blank counts as not given."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self.problems: list[SettingProblem] = []

    def read(
        self,
        variable: str,
        parse: Callable[[str], _Value],
        default: _Value,
        missing: Callable[[], None] | None = None,
    ) -> _Value:
        """Return a variable's value; `missing` may raise instead of taking the default."""
        text = self._environ.get(variable, "").strip()

        def value() -> _Value:
            if text:
                return parse(text)
            if missing is not None:
                missing()
            return default

        return self.checked(variable, value, default)

    def checked(self, variable: str, value: Callable[[], _Value], default: _Value) -> _Value:
        """Return the function's result; note a bad value and return the default."""
        try:
            return value()
        except _BadValueError as error:
            self.problems.append(SettingProblem(variable, error.problem, error.advice))
            return default


def _read_storage(reader: _Reader, missing: Callable[[], None] | None = None) -> tuple[Path, str]:
    data_dir = reader.read("BILLING_DATA_DIR", _data_dir, Path("var").absolute())
    default = f"sqlite:///{(data_dir / DATABASE_FILE).as_posix()}"
    return data_dir, reader.read("BILLING_DATABASE_URL", _database_url, default, missing)


def _place(database_url: str) -> str:
    scheme, _, rest = database_url.partition("://")
    if scheme == "sqlite":
        return rest.removeprefix("/")
    shown = _SERVER.fullmatch(rest)
    return shown[1] if shown else "PostgreSQL"


def _required() -> None:
    raise _BadValueError("required")


def _one_of(kind: str, choices: Mapping[str, bool]) -> Callable[[str], bool]:
    def parse(text: str) -> bool:
        if text.lower() not in choices:
            raise _BadValueError(kind, text)
        return choices[text.lower()]

    return parse


def _data_dir(text: str) -> Path:
    folder = Path(text).expanduser().absolute()
    if folder.exists() and not folder.is_dir():
        raise _BadValueError("no_folder", folder)
    return folder


def _database_url(text: str) -> str:
    scheme, separator, rest = text.partition("://")
    if not separator:
        raise _BadValueError("no_database")
    if scheme == "sqlite":
        file = rest.removeprefix("/")
        if file in {"", ":memory:", rest}:
            raise _BadValueError("no_file")
        return text
    if scheme not in {"postgres", "postgresql", _DRIVER}:
        raise _BadValueError("scheme", scheme)
    if not rest.strip("/"):
        raise _BadValueError("no_server")
    return f"{_DRIVER}://{rest}"


def _host(text: str) -> str:
    if _HOST.fullmatch(text) is None:
        raise _BadValueError("host", text)
    return text


def _integer(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not (text.isascii() and text.isdigit() and low <= int(text) <= high):
            raise _BadValueError("integer", text, low=low, high=high)
        return int(text)

    return parse


def _public_url(schemes: Sequence[str]) -> Callable[[str], str]:
    def parse(text: str) -> str:
        try:
            parts = urlsplit(text)
            usable = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
        except ValueError:
            parts, usable = urlsplit(""), False
        if not usable or parts.path.strip("/") or parts.query or parts.fragment or parts.username:
            raise _BadValueError("public_url", text, schemes=OR.join(schemes))
        return text.rstrip("/")

    return parse


def _wechat_api_url(text: str) -> str:
    """Allow this machine alone: secrets are sent there."""
    if _LOOPBACK.fullmatch(text) is None:
        raise _BadValueError("not_here", text)
    return text.rstrip("/")


def _test_only(_text: str) -> str:
    raise _BadValueError("test_only")


def _own_url(host: str, port: int) -> str:
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - a name
    return f"http://{f'[{reachable}]' if ':' in reachable else reachable}:{port}"


def _addresses(text: str) -> tuple[str, ...]:
    found = tuple(part.strip() for part in text.split(",") if part.strip())
    for part in found:
        try:
            ipaddress.ip_network(part)
        except ValueError:
            raise _BadValueError("network", part) from None
    return found


def _secret_key(text: str) -> str:
    if not is_key(text):
        raise _BadValueError("key", file=KEY_FILE)
    return text


def _stored_key(data_dir: Path) -> str:
    try:
        return stored_key(data_dir)
    except OSError as error:
        raise _BadValueError("key_unkept", data_dir, why=error.strerror) from error
    except ValueError as error:
        raise _BadValueError("key_damaged", data_dir / KEY_FILE) from error
