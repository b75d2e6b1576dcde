"""The command `billing`: reads its words, runs one command, answers with an exit status.

0 is done, 1 refused (nothing was done, the reasons are listed), 2 wrong usage.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
import traceback
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, closing
from importlib import metadata
from typing import Final

from billing_domain.errors import BillingError, StorageUnusableError
from billing_domain.ports.system import Clock
from billing_entrypoints.application import Application
from billing_entrypoints.cli import migrate, serve
from billing_entrypoints.cli import reminders as remind
from billing_entrypoints.cli.arguments import CommandParser, UsageError, add_commands
from billing_entrypoints.cli.bills import bills
from billing_entrypoints.cli.company import companies, staff
from billing_entrypoints.cli.company.lookups import NOT_FOUND
from billing_entrypoints.cli.console import Console
from billing_entrypoints.cli.demo import demo
from billing_entrypoints.cli.failures import refusal_of
from billing_entrypoints.cli.imports import batches, sheets
from billing_entrypoints.cli.jobs import outbox, worker
from billing_entrypoints.cli.payments import payments
from billing_entrypoints.cli.session import REFUSED, WRONG_USAGE, ApplicationOpener, Session
from billing_entrypoints.settings import Settings, find_database_place
from billing_entrypoints.words import commands as texts

_MODULES: Final = (
    *(migrate, companies, staff, sheets, batches, bills, remind, payments),
    *(outbox, serve, worker, demo),
)
_INTERRUPTED: Final = 130


def main(words: Sequence[str] | None = None) -> int:
    """Run the command of this process; the exit status of the console script."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # Chinese must come out whatever the locale, and JSON is UTF-8 by definition.
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        status = run(sys.argv[1:] if words is None else words, os.environ, _open_installed)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read our answer has heard enough; Python would complain once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return REFUSED
    except KeyboardInterrupt:
        print(texts.INTERRUPTED, file=sys.stderr)
        return _INTERRUPTED
    return status


def run(words: Sequence[str], environ: Mapping[str, str], opener: ApplicationOpener) -> int:
    """Run one command and return its exit status; `--help` raises SystemExit as argparse does."""
    try:
        arguments = build_parser(find_database_place(environ)).parse_args(list(words))
    except UsageError as error:
        print(texts.USAGE_WRONG.format(usage=error.usage, message=error.message), file=sys.stderr)
        return WRONG_USAGE
    console = Console(as_json=getattr(arguments, "json", False))
    try:
        with closing(Session(arguments, console, environ, opener)) as session:
            status: int = arguments.handler(session)
            return status
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001 - nobody gets to see a stack trace
        _refuse(console, arguments, error, find_database_place(environ))
        return REFUSED


def build_parser(place: str) -> argparse.ArgumentParser:
    """Return the parser of all commands, whose help says where the database is."""
    epilog = texts.EPILOG.format(program=sys.prefix, place=place or texts.NOT_NAMED)
    parser = CommandParser(prog="billing", description=texts.PROGRAM, epilog=epilog)
    parser.add_argument("--version", action="version", version=f"billing {_version()}")
    commands = parser.add_subparsers(title=texts.COMMAND, metavar=texts.COMMAND, required=True)
    add_commands(commands, (command for module in _MODULES for command in module.COMMANDS))
    return parser


def _version() -> str:
    try:
        return metadata.version("billing-domain")
    except metadata.PackageNotFoundError:
        return texts.NOT_INSTALLED


def _refuse(console: Console, arguments: argparse.Namespace, error: Exception, place: str) -> None:
    """Print the refusal; with `--debug` the traceback too."""
    refusal = refusal_of(error)
    if arguments.debug and not isinstance(error, BillingError):
        traceback.print_exception(error, file=sys.stderr)
    refused = {"refused": {"code": refusal.code, "message": refusal.message}}
    text = f"{refusal.details}\n{refusal.message}" if refusal.details else refusal.message
    if isinstance(error, StorageUnusableError) or refusal.code == NOT_FOUND:
        text += texts.DATABASE.format(place=place)  # the wrong one, perhaps
    console.refuse({**refused, **arguments.when_refused, **refusal.data}, text)


def _open_installed(
    settings: Settings, *, clock: Clock | None = None
) -> AbstractContextManager[Application]:
    """Open the application on the real adapters, which a bare installation lacks."""
    from billing_entrypoints.bootstrap import open_application  # noqa: PLC0415 - help needs no database

    return open_application(settings, clock=clock)
