"""Errors about owners and their registrations."""

from __future__ import annotations

from typing import ClassVar

import attrs

from billing_domain.errors.families import (
    RefusedError,
)


@attrs.frozen(str=False)
class RegistrationDecidedError(RefusedError):
    """The registration is already decided; `state` is `approved` or `rejected` (rule 5.10)."""

    code: ClassVar[str] = "registration_decided"
    state: str
