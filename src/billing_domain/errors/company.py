"""What can be refused about companies, communities, staff and sign-in."""

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
    """Name or password is wrong, or the account is disabled: deliberately one answer (P39)."""

    code: ClassVar[str] = "sign_in_refused"


@attrs.frozen(str=False)
class SignInThrottledError(NotAllowedError):
    """Too many failed attempts; try again after the given whole seconds (P39)."""

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
    """The community is already in the state asked for, or can't reach it from its own."""

    code: ClassVar[str] = "community_status"
    status: str
    wanted: str


@attrs.frozen(str=False)
class LastAdministratorError(RefusedError):
    """The change would leave a company without anyone who may manage staff."""

    code: ClassVar[str] = "last_administrator"
