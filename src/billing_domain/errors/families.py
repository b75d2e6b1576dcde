"""The families of errors: what the caller can do about an error.

Correct the input, get the permission, look elsewhere, reload, choose another action, or call an
operator.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar


class BillingError(Exception):
    """The root of the tree; never raised itself."""

    code: ClassVar[str] = "billing"

    @property
    def facts(self) -> Mapping[str, object]:
        """Return the error's fields by name, for the sentence of the error."""
        names: tuple[str, ...] = getattr(type(self), "__match_args__", ())
        return {name: getattr(self, name) for name in names}

    def __str__(self) -> str:
        """Return code and facts, for logs and test output."""
        facts = ", ".join(f"{name}={value!r}" for name, value in self.facts.items())
        return f"{self.code}({facts})"


class InvalidInputError(BillingError):
    """The input can't be used; correct it and try again."""


class NotAllowedError(BillingError):
    """The actor lacks a permission."""


class NotFoundError(BillingError):
    """The actor can't see such a thing; things of other companies give the same error (P35)."""


class ConflictError(BillingError):
    """Another change came first; this one was not made. Reload and decide again."""


class RefusedError(BillingError):
    """A rule forbids the action in the present state."""


class UnavailableError(BillingError):
    """The program lacks something that it needs; only an operator can repair that."""
