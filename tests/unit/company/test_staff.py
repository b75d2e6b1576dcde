"""Staff accounts, roles and what each permits (rule 9, 权限管理)."""

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing_domain.errors import FieldError
from billing_domain.model.company.community import CommunityId
from billing_domain.model.company.staff import (
    PASSWORD_LENGTH_MAX,
    PASSWORD_LENGTH_MIN,
    STAFF_NAME_LENGTH_MAX,
    Permission,
    Role,
    StaffAccount,
    check_password,
    clean_login_name,
    clean_staff_name,
)
from billing_domain.testing.strategies import login_names, person_names, staff_accounts


class TestRoles:
    def test_are_the_guide_s_four(self) -> None:
        assert [role.value for role in Role] == ["管理员", "财务", "前台", "只读"]

    @pytest.mark.parametrize(
        ("role", "missing"),
        [
            (Role.ADMINISTRATOR, ""),
            (
                Role.FINANCE,
                (
                    "delete_bills remind view_phones manage_residents configure_communities "
                    "configure_company manage_staff"
                ),
            ),
            (
                Role.FRONT_DESK,
                (
                    "take_back_payments configure_communities configure_company manage_staff "
                    "view_audit refund_payments"
                ),
            ),
        ],
    )
    def test_may_not(self, role: Role, missing: str) -> None:
        assert set(Permission) - role.permissions == {Permission(each) for each in missing.split()}

    def test_who_only_reads_only_reads(self) -> None:
        assert Role.READ_ONLY.permissions == {Permission.VIEW_BILLS}


class TestAccount:
    @given(staff_accounts(), person_names(), st.sampled_from(Role))
    def test_changes_name_role_and_reach(
        self, account: StaffAccount, name: str, role: Role
    ) -> None:
        reach = frozenset({CommunityId("a")})

        assert account.change(name=f" {name} ", role=role, community_ids=reach) == attrs.evolve(
            account, name=name, role=role, community_ids=reach, version=account.version + 1
        )

    @given(staff_accounts())
    def test_changes_its_password(self, account: StaffAccount) -> None:
        changed = account.with_password("another hash")

        assert (changed.password_hash, changed.version) == ("another hash", account.version + 1)
        assert "another hash" not in repr(changed)

    @given(staff_accounts(), st.booleans())
    def test_is_disabled_and_enabled(self, account: StaffAccount, disabled: bool) -> None:  # noqa: FBT001
        changed = account.set_disabled(disabled)

        assert (changed.disabled, changed.version) == (disabled, account.version + 1)

    @given(staff_accounts())
    def test_manages_staff_while_it_may_and_is_enabled(self, account: StaffAccount) -> None:
        wanted = account.role is Role.ADMINISTRATOR and not account.disabled

        assert account.manages_staff is wanted


class TestCleanLoginName:
    @given(login_names())
    def test_keeps_a_name_in_lower_case(self, name: str) -> None:
        assert clean_login_name(f" {name.upper()}\n") == name

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            *[("", "required"), (" ", "required"), ("ab", "format"), ("a" * 41, "format")],
            *[("小李", "format"), (".abc", "format"), ("a b c", "format"), ("abc\x00", "format")],
        ],
    )
    def test_refuses_what_can_not_be_one(self, text: str, reason: str) -> None:
        with pytest.raises(FieldError) as error:
            clean_login_name(text)

        assert (error.value.field, error.value.reason) == ("login_name", reason)


class TestCleanStaffName:
    @given(person_names())
    def test_takes_blanks_away(self, name: str) -> None:
        assert clean_staff_name(f" {name}\n") == name

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            *[("", "required"), ("李" * (STAFF_NAME_LENGTH_MAX + 1), "too_long")],
            ("小\x00李", "format"),
        ],
    )
    def test_refuses_what_can_not_be_one(self, text: str, reason: str) -> None:
        with pytest.raises(FieldError) as error:
            clean_staff_name(text)

        assert (error.value.field, error.value.reason) == ("staff_name", reason)


class TestCheckPassword:
    @pytest.mark.parametrize("length", [PASSWORD_LENGTH_MIN, PASSWORD_LENGTH_MAX])
    def test_takes_10_to_128_characters(self, length: int) -> None:
        check_password("密" * length)

    @pytest.mark.parametrize(
        ("length", "reason"), [(0, "too_short"), (9, "too_short"), (129, "too_long")]
    )
    def test_refuses_others_and_never_repeats_them(self, length: int, reason: str) -> None:
        with pytest.raises(FieldError) as error:
            check_password("密" * length)

        assert error.value.facts == {"field": "password", "reason": reason, "value": ""}
