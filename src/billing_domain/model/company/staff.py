"""Staff accounts, roles, and the permissions of each role (权限管理)."""

from __future__ import annotations

import re
from datetime import datetime
from enum import Enum
from typing import Final, NewType

import attrs

from billing_domain.errors import FieldError
from billing_domain.model.company.community import CommunityId, CompanyId
from billing_domain.model.lines import clean_line

StaffId = NewType("StaffId", str)
"""32 hex digits."""

PASSWORD_LENGTH_MIN: Final = 10
PASSWORD_LENGTH_MAX: Final = 128
STAFF_NAME_LENGTH_MAX: Final = 30
_LOGIN_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._@-]{2,39}")


class Permission(Enum):
    """An action that a role may allow."""

    VIEW_BILLS = "view_bills"
    IMPORT_BILLS = "import_bills"
    EDIT_BILLS = "edit_bills"
    DELETE_BILLS = "delete_bills"
    RESTORE_BILLS = "restore_bills"
    WITHDRAW_IMPORTS = "withdraw_imports"
    MARK_PAID = "mark_paid"
    TAKE_BACK_PAYMENTS = "take_back_payments"
    EXPORT_BILLS = "export_bills"
    REMIND = "remind"
    VIEW_PHONES = "view_phones"
    MANAGE_RESIDENTS = "manage_residents"
    CONFIGURE_COMMUNITIES = "configure_communities"
    CONFIGURE_COMPANY = "configure_company"
    MANAGE_STAFF = "manage_staff"
    VIEW_AUDIT = "view_audit"
    VIEW_PAYMENTS = "view_payments"
    REFUND_PAYMENTS = "refund_payments"
    ISSUE_RECEIPTS = "issue_receipts"


class Role(Enum):
    """A named set of permissions (rule 9)."""

    ADMINISTRATOR = "管理员"
    FINANCE = "财务"
    FRONT_DESK = "前台"
    READ_ONLY = "只读"

    @property
    def permissions(self) -> frozenset[Permission]:
        """The permissions of the role."""
        return _PERMISSIONS[self]


_FRONT_DESK = frozenset(
    {
        Permission.VIEW_BILLS,
        Permission.IMPORT_BILLS,
        Permission.EDIT_BILLS,
        Permission.DELETE_BILLS,
        Permission.RESTORE_BILLS,
        Permission.WITHDRAW_IMPORTS,
        Permission.MARK_PAID,
        Permission.EXPORT_BILLS,
        Permission.REMIND,
        Permission.VIEW_PHONES,
        Permission.MANAGE_RESIDENTS,
        Permission.VIEW_PAYMENTS,
        Permission.ISSUE_RECEIPTS,
    }
)
_FINANCE = frozenset(
    {
        Permission.VIEW_BILLS,
        Permission.IMPORT_BILLS,
        Permission.EDIT_BILLS,
        Permission.RESTORE_BILLS,
        Permission.WITHDRAW_IMPORTS,
        Permission.MARK_PAID,
        Permission.TAKE_BACK_PAYMENTS,
        Permission.EXPORT_BILLS,
        Permission.VIEW_AUDIT,
        Permission.VIEW_PAYMENTS,
        Permission.REFUND_PAYMENTS,
        Permission.ISSUE_RECEIPTS,
    }
)
_PERMISSIONS: Final = {
    Role.ADMINISTRATOR: frozenset(Permission),
    Role.FINANCE: _FINANCE,
    Role.FRONT_DESK: _FRONT_DESK,
    Role.READ_ONLY: frozenset({Permission.VIEW_BILLS}),
}


@attrs.frozen
class StaffAccount:
    """A staff member's account at one company.

    `community_ids` is None for all communities of the company, present and future.
    `login_name` is unique in the deployment. `password_hash` never leaves the server.
    """

    id: StaffId
    company_id: CompanyId
    login_name: str
    name: str
    role: Role
    community_ids: frozenset[CommunityId] | None
    password_hash: str = attrs.field(repr=False)
    created_at: datetime
    disabled: bool = False
    version: int = 1

    def change(
        self, *, name: str, role: Role, community_ids: frozenset[CommunityId] | None
    ) -> StaffAccount:
        """Return the account with another name, role and communities; raise FieldError."""
        return attrs.evolve(
            self,
            name=clean_staff_name(name),
            role=role,
            community_ids=community_ids,
            version=self.version + 1,
        )

    def with_password(self, password_hash: str) -> StaffAccount:
        """Return the account with another password."""
        return attrs.evolve(self, password_hash=password_hash, version=self.version + 1)

    def set_disabled(self, disabled: bool) -> StaffAccount:  # noqa: FBT001 - it is the state
        """Return the account disabled or enabled."""
        return attrs.evolve(self, disabled=disabled, version=self.version + 1)

    @property
    def manages_staff(self) -> bool:
        """Whether the account can manage the company's staff accounts."""
        return not self.disabled and Permission.MANAGE_STAFF in self.role.permissions


def clean_login_name(text: str) -> str:
    """Return a login name in lower case: 3..40 of `a-z0-9._@-`; raise FieldError otherwise."""
    name = text.strip().lower()
    if not name:
        raise FieldError(field="login_name", reason="required")
    if _LOGIN_NAME.fullmatch(name) is None:
        raise FieldError(field="login_name", reason="format", value=name)
    return name


def clean_staff_name(text: str) -> str:
    """Return a staff member's name without surrounding blanks, or raise FieldError."""
    name = clean_line("staff_name", text, length_max=STAFF_NAME_LENGTH_MAX)
    if not name.isprintable():
        raise FieldError(field="staff_name", reason="format", value=name)
    return name


def check_password(text: str) -> None:
    """Raise FieldError unless a new password has 10..128 characters."""
    if len(text) < PASSWORD_LENGTH_MIN:
        raise FieldError(field="password", reason="too_short")
    if len(text) > PASSWORD_LENGTH_MAX:
        raise FieldError(field="password", reason="too_long")
