"""What protects every page: headers, cookies, form tokens, limits."""

import logging
from pathlib import Path
from typing import Any, cast

import attrs
import httpx
import pytest

from billing_entrypoints.application import Application
from billing_entrypoints.web.options import BODY_BYTES_MAX
from billing_entrypoints.web.security import CONTENT_SECURITY_POLICY
from billing_entrypoints.web.staff.routes import STAFF_HANDLERS
from tests.website import HOST, Server, Visitor, Website, htmx

ANSWERS = {
    "page": "/sign-in",
    "redirect": "/staff/bills",
    "file": "/static/css/tokens.css",
    "health": "/healthz",
    "no such page": "/nowhere",
    "no such file": "/static/nothing.css",
    "way out of the folder": "/static/..%2fapp.py",
}


class TestHeaders:
    @pytest.mark.parametrize("path", ANSWERS.values(), ids=ANSWERS)
    def test_are_on_every_answer(self, visitor: Visitor, path: str) -> None:
        assert_protected(visitor.get(path))

    def test_are_on_errors(self, site: Website, boss: Visitor) -> None:
        wrong_method = boss.client.put("/sign-in")
        refused = boss.get("/staff/bills/1/edit")
        site.server.serve(broken(site))
        crashed = boss.get("/staff/bills")

        assert [answer.status_code for answer in (wrong_method, refused, crashed)] == [
            405,
            404,
            500,
        ]
        for answer in (wrong_method, refused, crashed):
            assert_protected(answer)

    def test_allow_no_inline_script_or_style(self) -> None:
        assert "unsafe" not in CONTENT_SECURITY_POLICY
        assert "script-src 'self';" in CONTENT_SECURITY_POLICY
        assert "style-src 'self';" in CONTENT_SECURITY_POLICY

    def test_keep_pages_out_of_caches(self, boss: Visitor) -> None:
        assert boss.get("/staff/bills").headers["cache-control"] == "no-store"
        assert boss.get("/staff/bills", htmx()).headers["cache-control"] == "no-store"

    def test_let_versioned_files_be_kept(self, visitor: Visitor) -> None:
        links = visitor.page("/sign-in").all("link", rel="stylesheet")

        kept = visitor.get(links[0]["href"]).headers["cache-control"]
        bare = visitor.get(links[0]["href"].partition("?")[0]).headers["cache-control"]

        assert kept == "public, max-age=31536000, immutable"
        assert bare == "no-cache"

    def test_demand_https_where_it_is_spoken(
        self, https_server: Server, tmp_path: Path, visitor: Visitor
    ) -> None:
        secure = Website(https_server, tmp_path).visitor().get("/sign-in")

        assert secure.headers["strict-transport-security"] == "max-age=31536000"
        assert "strict-transport-security" not in visitor.get("/sign-in").headers


class TestCookies:
    """P38."""

    def test_work_by_plain_http_too(self, site: Website, visitor: Visitor) -> None:
        site.staff_account(login_name="boss")

        (cookie,) = visitor.sign_in("boss").headers.get_list("set-cookie")

        assert cookie.startswith("staff=")
        assert "secure" not in cookie.lower()


class TestFormToken:
    """P38: no other site can make a browser change anything."""

    def test_of_another_browser_does_not_fit(self, site: Website, boss: Visitor) -> None:
        bill = site.add_bill()

        answer = boss.post(
            f"/staff/bills/{bill.number}/removal",
            {"total_fen": "130000"},
            token=site.visitor().token(),
        )

        assert answer.status_code == 403

    def test_may_come_in_the_header(self, site: Website, boss: Visitor) -> None:
        bill = site.add_bill()
        headers = {**htmx("dialog#dialog"), "x-csrftoken": boss.token()}

        answer = boss.client.post(
            f"/staff/bills/{bill.number}/removal", data={"total_fen": "130000"}, headers=headers
        )

        assert answer.status_code == 200

    def test_made_under_another_secret_is_replaced(self, visitor: Visitor) -> None:
        """Else a browser that was here before a deployment could never sign in again."""
        stale = "0" * 128
        visitor.client.cookies.set("csrf", stale, domain=HOST, path="/")

        refused = visitor.post("/sign-in", {"login_name": "x", "password": "y"}, token=stale)

        assert refused.status_code == 403
        assert visitor.token() != stale
        assert visitor.sign_in("x", "y").status_code == 403
        assert "账号或密码不正确" in visitor.sign_in("x", "y").text

    def test_protects_everything_that_changes_something(self) -> None:
        """Only GET and POST exist, so that nothing slips past by its method."""
        assert {method for handler in STAFF_HANDLERS for method in handler.http_methods} == {
            "GET",
            "POST",
        }


class TestBody:
    def test_is_limited(self, boss: Visitor) -> None:
        answer = boss.post("/staff/password", {"old_password": "x" * (BODY_BYTES_MAX + 1)})

        assert answer.status_code == 413
        assert "超过了允许的大小" in answer.text

    def test_is_limited_without_an_announced_length(self, boss: Visitor) -> None:
        token = boss.token()
        chunks = iter([f"_csrf_token={token}&old_password=".encode(), *[b"x" * 65_536] * 17])

        answer = boss.client.post(
            "/staff/password",
            content=chunks,
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )

        assert answer.status_code == 413


class TestUnexpectedError:
    def test_of_the_framework_is_worded_and_logged_too(
        self, boss: Visitor, caplog: pytest.LogCaptureFixture
    ) -> None:
        """Here the browser goes away in the middle of sending."""
        assert isinstance(boss.client, httpx.Client)
        server = cast("Server", boss.client._transport)  # noqa: SLF001 - the only way to its server

        assert server.hang_up("/sign-in") == 500
        assert "unexpected error" in caplog.text

    def test_shows_nothing_of_itself_and_is_logged(
        self, site: Website, boss: Visitor, caplog: pytest.LogCaptureFixture
    ) -> None:
        site.server.serve(broken(site))

        answer = boss.get("/staff/bills")

        assert answer.status_code == 500
        assert "NoneType" not in answer.text
        assert "Traceback" not in answer.text
        reference = answer.headers["x-request-id"]
        assert reference in answer.text
        (record,) = [each for each in caplog.records if each.levelno == logging.ERROR]
        assert reference in record.getMessage()
        assert record.exc_info

    def test_in_a_part_is_a_toast_beside_the_page(self, site: Website, boss: Visitor) -> None:
        site.server.serve(broken(site))

        answer = boss.get("/staff/bills", htmx())

        assert answer.status_code == 500
        assert answer.headers["hx-retarget"] == "#toasts"
        assert answer.headers["hx-reswap"] == "beforeend"
        assert "toast-refused" in answer.text

    def test_makes_the_health_check_fail(self, site: Website, visitor: Visitor) -> None:
        assert visitor.get("/healthz").text == "ok"
        site.server.serve(broken(site))

        assert visitor.get("/healthz").status_code == 503


class TestLogs:
    @pytest.mark.parametrize("fields", [{}, {"f" * 300: "1"}])
    def test_cuts_what_a_sender_chose_the_length_of(
        self, boss: Visitor, caplog: pytest.LogCaptureFixture, fields: dict[str, str]
    ) -> None:
        boss.post(f"/staff/houses/{'f' * 300}/address", {"address": "9号楼/901", **fields})

        (line,) = [each.getMessage() for each in caplog.records if each.levelname == "WARNING"]
        assert "f" * 50 in line
        assert "f" * 101 not in line


def assert_protected(answer: httpx.Response) -> None:
    assert answer.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert "camera=()" in answer.headers["permissions-policy"]
    assert answer.headers["cache-control"] in {"no-store", "no-cache"}


def broken(site: Website) -> Application:
    """An application whose reads and health fail in a way that nobody foresaw."""
    nothing = cast("Any", None)
    return attrs.evolve(site.application, view_bills=nothing, configure_companies=nothing)
