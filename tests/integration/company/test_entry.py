"""Signing in and out."""

from datetime import timedelta

import pytest

from billing_domain.model.company.staff import Role
from tests.html_page import read_html
from tests.website import HOST, PASSWORD, Visitor, Website, htmx


class TestSignIn:
    def test_leads_to_the_bills(self, site: Website, visitor: Visitor) -> None:
        site.account(login_name="boss")

        answer = visitor.sign_in("boss")

        assert (answer.status_code, answer.headers["location"]) == (303, "/staff/bills")
        assert visitor.get("/staff/bills").status_code == 200

    def test_leads_back_to_the_page_that_was_wanted(self, site: Website, visitor: Visitor) -> None:
        site.account(login_name="boss")

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
        site.account(login_name="boss")

        assert visitor.sign_in("boss", next=elsewhere).headers["location"] == "/staff/bills"

    def test_refuses_a_wrong_password_and_keeps_the_name(
        self, site: Website, visitor: Visitor
    ) -> None:
        site.account(login_name="boss")

        answer = visitor.sign_in("boss", "wrong password")
        page = read_html(answer.text)

        assert answer.status_code == 403
        assert page.one(role="alert").text == "账号或密码不正确"
        assert page.one(id="f-login_name")["value"] == "boss"
        assert page.one(id="f-password")["value"] == ""

    def test_refuses_a_known_and_an_unknown_name_alike(
        self, site: Website, visitor: Visitor
    ) -> None:
        """P39: nobody learns which names exist."""
        site.account(login_name="boss")

        known, unknown = visitor.sign_in("boss", "wrong"), visitor.sign_in("nobody", "wrong")

        assert (known.status_code, known.text.replace("boss", "")) == (
            unknown.status_code,
            unknown.text.replace("nobody", ""),
        )

    def test_slows_guessing_down(self, site: Website, visitor: Visitor) -> None:
        """P39."""
        site.account(login_name="boss")
        for _ in range(5):
            visitor.sign_in("boss", "wrong")

        answer = visitor.sign_in("boss", PASSWORD)

        assert answer.status_code == 429
        assert answer.headers["retry-after"] == "30"
        assert "30 秒后再试" in answer.text
        site.clock.advance(timedelta(seconds=31))
        assert visitor.sign_in("boss", PASSWORD).status_code == 303

    def test_does_not_believe_a_forged_address(self, visitor: Visitor) -> None:
        """P39: guessing is counted by the real address, whatever a header says."""
        for number in range(5):
            visitor.post(
                "/sign-in",
                {"login_name": f"guess{number}", "password": "wrong"},
                headers={"X-Forwarded-For": f"10.0.0.{number}"},
            )

        assert visitor.sign_in("another", "wrong").status_code == 429

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

    def test_gets_a_new_token_at_sign_in(self, site: Website, visitor: Visitor) -> None:
        """P40: a token that somebody planted is worth nothing, before and after."""
        site.account(login_name="boss")
        visitor.client.cookies.set("staff", "planted", domain=HOST)

        assert visitor.get("/staff/bills").status_code == 303
        visitor.sign_in("boss")
        token = visitor.client.cookies.get("staff", domain=HOST)

        assert token != "planted"
        attacker = site.visitor()
        attacker.client.cookies.set("staff", "planted", domain=HOST)
        assert attacker.get("/staff/bills").status_code == 303

    def test_replaces_the_one_before(self, site: Website, visitor: Visitor) -> None:
        """P40: signing in again ends the old session on the server."""
        site.account(login_name="boss")
        visitor.sign_in("boss")
        old = visitor.client.cookies["staff"]

        visitor.sign_in("boss")

        assert visitor.client.cookies["staff"] != old
        assert site.sign_in.authenticate(old) is None

    def test_ends_at_sign_out(self, site: Website, boss: Visitor) -> None:
        """P40: the token is dead on the server, not only forgotten by the browser."""
        token = boss.client.cookies["staff"]

        answer = boss.post("/sign-out")

        assert answer.headers["location"] == "/sign-in"
        assert "staff" not in boss.client.cookies
        thief = site.visitor()
        thief.client.cookies.set("staff", token, domain=HOST)
        assert thief.get("/staff/bills").status_code == 303

    def test_ends_when_the_account_is_disabled(self, site: Website, visitor: Visitor) -> None:
        """P40."""
        account = site.account(Role.FRONT_DESK, login_name="desk")
        site.account(Role.ADMINISTRATOR)
        visitor.sign_in("desk")

        site.manage_staff.set_disabled(
            site.admin, staff_id=account.id, version=account.version, disabled=True
        )

        assert visitor.get("/staff/bills").status_code == 303
        assert visitor.sign_in("desk").status_code == 403

    def test_ends_after_two_idle_hours(self, site: Website, boss: Visitor) -> None:
        site.clock.advance(timedelta(hours=2, seconds=1))

        assert boss.get("/staff/bills").status_code == 303


class TestPassword:
    def test_is_changed_and_other_browsers_are_signed_out(
        self, site: Website, visitor: Visitor
    ) -> None:
        site.account(login_name="boss")
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
