"""Errors about houses."""

from __future__ import annotations

from typing import ClassVar

import attrs

from billing_domain.errors.families import RefusedError
from billing_domain.errors.inputs import FieldError


@attrs.frozen(str=False)
class HouseInUseError(RefusedError):
    """A house with bills or residents can't be removed."""

    code: ClassVar[str] = "house_in_use"
    house_id: str


@attrs.frozen(str=False)
class HouseExistsError(FieldError):
    """A new address is another spelling of a house that exists; `existing` is its address."""

    code: ClassVar[str] = "house_exists"
    existing: str = ""
