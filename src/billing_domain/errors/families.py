"""The families of errors: what the caller can do about a refusal.

Mend the input, ask for the right, look elsewhere, reload, choose another action, or call an
operator.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar


class BillingError(Exception):
    """The root of the tree, never raised itself."""

    code: ClassVar[str] = "billing"

    @property
    def facts(self) -> Mapping[str, object]:
        """What was refused, by field name, for the entrypoints to put into words."""
        names: tuple[str, ...] = getattr(type(self), "__match_args__", ())
        return {name: getattr(self, name) for name in names}

    def __str__(self) -> str:
        """Return code and facts, for logs and test output."""
        facts = ", ".join(f"{name}={value!r}" for name, value in self.facts.items())
        return f"{self.code}({facts})"


class InvalidInputError(BillingError):
    """What the caller gave can't be used; mend it and try again."""


class NotAllowedError(BillingError):
    """The actor lacks a right."""


class NotFoundError(BillingError):
    """No such thing for this actor; things of other companies look the same (promise P35)."""


class ConflictError(BillingError):
    """Somebody else was faster; nothing was changed, reload and decide again."""


class RefusedError(BillingError):
    """A rule forbids the action in the present state."""


class UnavailableError(BillingError):
    """Something that the program needs does not work; only an operator can mend it."""
