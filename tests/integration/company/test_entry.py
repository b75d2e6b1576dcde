"""Signing in and out."""

from datetime import timedelta

import pytest

from tests.html_page import read_html
from tests.website import Visitor, Website, htmx
from tests.world import PASSWORD


class TestSignIn:
    def test_leads_to_the_bills(self, site: Website, visitor: Visitor) -> None:
        site.staff_account(login_name="boss")

        answer = visitor.sign_in("boss")

        assert (answer.status_code, answer.headers["location"]) == (303, "/staff/bills")
        assert visitor.get("/staff/bills").status_code == 200

    def test_leads_back_to_the_page_that_was_wanted(self, site: Website, visitor: Visitor) -> None:
        site.staff_account(login_name="boss")

        asked = visitor.get("/staff/bills?state=paid")
        form = visitor.page(asked.headers["location"]).one("form").fields()
        answer = visitor.sign_in("boss", next=form["next"])

        assert answer.headers["location"] == "/staff/bills?state=paid"

    @pytest.mark.parametrize(
        "elsewhere",
        [
            "https://evil.example/staff/bills",
            "//evil.example/staff/",
            "/\\evil.example",
            "javascript:alert(1)",
        ],
    )
    def test_never_leads_to_another_site(
        self, site: Website, visitor: Visitor, elsewhere: str
    ) -> None:
        site.staff_account(login_name="boss")

        assert visitor.sign_in("boss", next=elsewhere).headers["location"] == "/staff/bills"

    def test_refuses_a_wrong_password_and_keeps_the_name(
        self, site: Website, visitor: Visitor
    ) -> None:
        site.staff_account(login_name="boss")

        answer = visitor.sign_in("boss", "wrong password")
        page = read_html(answer.text)

        assert answer.status_code == 403
        assert page.one(role="alert").text == "账号或密码不正确"
        assert page.one(id="f-login_name")["value"] == "boss"
        assert page.one(id="f-password")["value"] == ""

    def test_slows_guessing_down(self, site: Website, visitor: Visitor) -> None:
        """P39."""
        site.staff_account(login_name="boss")
        for _ in range(5):
            visitor.sign_in("boss", "wrong")

        answer = visitor.sign_in("boss", PASSWORD)

        assert answer.status_code == 429
        assert answer.headers["retry-after"] == "30"
        assert "30 秒后再试" in answer.text
        site.clock.advance(timedelta(seconds=31))
        assert visitor.sign_in("boss", PASSWORD).status_code == 303

    def test_is_skipped_with_a_live_session(self, boss: Visitor) -> None:
        assert boss.get("/sign-in?next=/staff/password").headers["location"] == "/staff/password"


class TestStart:
    def test_leads_to_the_bills(self, visitor: Visitor) -> None:
        assert visitor.get("/").headers["location"] == "/staff/bills"


class TestSession:
    def test_is_needed_for_staff_pages(self, visitor: Visitor) -> None:
        answer = visitor.get("/staff/bills?q=%E6%9D%8E&state=paid")

        assert answer.status_code == 303
        assert answer.headers["location"] == (
            "/sign-in?next=%2Fstaff%2Fbills%3Fq%3D%25E6%259D%258E%26state%3Dpaid"
        )

    def test_is_needed_for_parts_of_pages(self, visitor: Visitor) -> None:
        """The browser then loads the sign-in page instead of swapping it into a table."""
        answer = visitor.get("/staff/bills", htmx(page="/staff/bills?state=paid"))

        assert answer.status_code == 401
        assert answer.headers["hx-redirect"] == "/sign-in?next=%2Fstaff%2Fbills%3Fstate%3Dpaid"


class TestPassword:
    def test_is_changed_and_other_browsers_are_signed_out(
        self, site: Website, visitor: Visitor
    ) -> None:
        site.staff_account(login_name="boss")
        visitor.sign_in("boss")
        other = site.visitor()
        other.sign_in("boss")

        answer = visitor.post(
            "/staff/password",
            {
                "old_password": PASSWORD,
                "new_password": "another long one",
                "again": "another long one",
            },
        )

        assert answer.status_code == 303
        assert other.get("/staff/bills").status_code == 303
        assert "密码已修改" in visitor.get("/staff/bills").text
        assert visitor.sign_in("boss", "another long one").status_code == 303

    @pytest.mark.parametrize(
        ("fields", "field", "words"),
        [
            (("wrong", "another long one", "another long one"), "old_password", "原密码不正确"),
            ((PASSWORD, "short", "short"), "new_password", "密码至少 10 位"),
            ((PASSWORD, "another long one", "different"), "again", "两次输入的新密码不一样"),
        ],
    )
    def test_says_what_is_wrong(
        self, boss: Visitor, fields: tuple[str, str, str], field: str, words: str
    ) -> None:
        names = ("old_password", "new_password", "again")

        answer = boss.post("/staff/password", dict(zip(names, fields, strict=True)))

        assert answer.status_code == 422
        page = read_html(answer.text)
        assert page.one(id=f"f-{field}-error").text == words
        assert page.one(id=f"f-{field}")["aria-describedby"] == f"f-{field}-error"
