"""What a running command works with: its words, the console, the settings, the application."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from contextlib import AbstractContextManager, ExitStack
from functools import cached_property
from typing import Final, Protocol

from billing_domain.ports.system import Clock
from billing_entrypoints.application import Application
from billing_entrypoints.cli.console import Console
from billing_entrypoints.settings import Settings, load_settings

DONE: Final = 0
REFUSED: Final = 1
WRONG_USAGE: Final = 2


class CommandRefusedError(Exception):
    """A command can't do what it was asked to; `message` says why and what to do.

    `data` completes the JSON answer, `details` is shown to people below the message.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        data: Mapping[str, object] | None = None,
        details: str = "",
    ) -> None:
        super().__init__(message)
        self.code, self.message, self.details = code, message, details
        self.data = dict(data or {})


class ApplicationOpener(Protocol):
    """Opens an application for as long as a `with` block lasts; None is the machine's clock."""

    def __call__(
        self, settings: Settings, *, clock: Clock | None = None
    ) -> AbstractContextManager[Application]:
        """Return the context that holds the application."""


class Session:
    """One run of a command; closing it closes whatever the command opened."""

    def __init__(
        self,
        arguments: argparse.Namespace,
        console: Console,
        environ: Mapping[str, str],
        opener: ApplicationOpener,
    ) -> None:
        self.arguments, self.console = arguments, console
        self._environ, self._opener = environ, opener
        self._stack = ExitStack()

    def close(self) -> None:
        """Close what was opened; the command is over, or needs no application any more."""
        self._stack.close()

    @cached_property
    def settings(self) -> Settings:
        """The deployment's settings; reading them raises SettingsError."""
        return load_settings(self._environ)

    @cached_property
    def application(self) -> Application:
        """The application on the deployment's database, opened when first asked for."""
        return self.open()

    def open(self, *, clock: Clock | None = None) -> Application:
        """Return an application with a clock of its own until the command ends."""
        return self._stack.enter_context(self._opener(self.settings, clock=clock))
