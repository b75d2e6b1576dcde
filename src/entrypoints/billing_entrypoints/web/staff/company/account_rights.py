"""What a staff account may do, as a form: name, role, communities (rule 9)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import attrs

from billing_domain.model.company.community import CommunityId
from billing_domain.model.company.staff import Permission, Role, StaffAccount
from billing_domain.words.zh_nouns import PERMISSIONS
from billing_entrypoints.web.forms import Form, chosen
from billing_entrypoints.words import screens

ROLES: Final = {role.name.lower(): role for role in Role}
WHOLE_COMPANY: Final = "all"
REACHES: Final = {WHOLE_COMPANY: True, "some": False}
RIGHTS_FIELDS: Final = ("staff_name", "role", "reach", "community")


@attrs.frozen
class RoleChoice:
    """A role with what it permits in words."""

    code: str
    label: str
    rights: str


@attrs.frozen
class AccountRights:
    """What the form says; `community_ids` is None for the whole company."""

    name: str
    role: Role
    community_ids: frozenset[CommunityId] | None


def role_choices() -> Sequence[RoleChoice]:
    """Return every role with its permissions in words."""
    return [RoleChoice(code, role.value, _rights_text(role)) for code, role in ROLES.items()]


def rights_values(account: StaffAccount) -> dict[str, str | list[str]]:
    """Return an account's rights as the form shows them."""
    reach = account.community_ids
    return {
        "staff_name": account.name,
        "role": account.role.name.lower(),
        "reach": WHOLE_COMPANY if reach is None else "some",
        "community": sorted(reach or ()),
        "version": str(account.version),
    }


def read_rights(form: Form) -> AccountRights | None:
    """Read the form; None when something is unusable, which is noted beside it."""
    role = form.read("role", chosen("role", ROLES))
    whole_company = form.read("reach", chosen("reach", REACHES))
    communities = frozenset(CommunityId(each) for each in form.texts("community"))
    if whole_company is False and not communities:
        form.errors["reach"] = screens.NO_COMMUNITY
    if role is None or whole_company is None or not form.valid:
        return None
    return AccountRights(form.text("staff_name"), role, None if whole_company else communities)


def _rights_text(role: Role) -> str:
    if role.permissions == frozenset(Permission):
        return screens.ALL_RIGHTS
    return "、".join(words for right, words in PERMISSIONS.items() if right in role.permissions)
