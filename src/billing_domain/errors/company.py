"""Errors about companies, communities, staff and sign-in."""

from __future__ import annotations

from typing import ClassVar

import attrs

from billing_domain.errors.families import (
    NotAllowedError,
    RefusedError,
)


@attrs.frozen(str=False)
class PermissionMissingError(NotAllowedError):
    """The actor's role does not include the permission (rule 9, 权限管理)."""

    code: ClassVar[str] = "permission_missing"
    permission: str


@attrs.frozen(str=False)
class SignInRefusedError(NotAllowedError):
    """Wrong name, wrong password or disabled account: deliberately the same answer (P39)."""

    code: ClassVar[str] = "sign_in_refused"


@attrs.frozen(str=False)
class SignInThrottledError(NotAllowedError):
    """Too many failed attempts; try again after `retry_after_seconds` (P39)."""

    code: ClassVar[str] = "sign_in_throttled"
    retry_after_seconds: int


@attrs.frozen(str=False)
class CommunityClosedError(RefusedError):
    """The community is not open for billing; `status` is `not_opened` or `stopped`."""

    code: ClassVar[str] = "community_closed"
    community_id: str
    status: str


@attrs.frozen(str=False)
class CommunityStatusError(RefusedError):
    """The community has the requested status already, or can't reach it from its own."""

    code: ClassVar[str] = "community_status"
    status: str
    wanted: str


@attrs.frozen(str=False)
class LastAdministratorError(RefusedError):
    """After the change, nobody in the company could manage staff."""

    code: ClassVar[str] = "last_administrator"
