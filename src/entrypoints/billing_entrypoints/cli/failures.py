"""From anything that went wrong to why a command was refused, in words."""

from __future__ import annotations

from billing_domain.errors import BillingError, StorageUnusableError
from billing_domain.words.zh import has_sentence, sentence
from billing_entrypoints.cli.session import CommandRefusedError
from billing_entrypoints.settings import SettingsError
from billing_entrypoints.words.commands import FAILURES


def refusal_of(error: Exception) -> CommandRefusedError:
    """Return the refusal that an error amounts to; unknown ones say what to do."""
    if isinstance(error, CommandRefusedError):
        return error
    if isinstance(error, SettingsError):
        return _refusal(error.code, "settings", error)
    if isinstance(error, StorageUnusableError):
        return _refusal(error.code, error.reason, error.detail)
    if isinstance(error, BillingError) and has_sentence(error.code):
        return CommandRefusedError(error.code, sentence(error))
    if isinstance(error, ModuleNotFoundError):
        return _refusal("not_installed", "not_installed", error.name)
    return _refusal("unexpected", "unexpected", type(error).__name__)


def _refusal(code: str, reason: str, detail: object) -> CommandRefusedError:
    return CommandRefusedError(code, FAILURES[reason].format(detail=detail))
