"""What protects every page: headers, cookies, form tokens, limits."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import attrs
import httpx
import pytest

from billing_entrypoints.application import Application
from billing_entrypoints.web.logs import MaskingFormatter
from billing_entrypoints.web.options import BODY_BYTES_MAX
from billing_entrypoints.web.security import CONTENT_SECURITY_POLICY
from billing_entrypoints.web.staff.routes import STAFF_HANDLERS
from tests.html_page import Element, read_html
from tests.integration.bills.test_bill_list import PHONE, add_resident
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


class TestPagesHold:
    def test_no_inline_script_style_or_handler(self, site: Website, boss: Visitor) -> None:
        bill = site.add_bill()
        for path in ("/sign-in", "/staff/bills", f"/staff/bills/{bill.number}", "/nowhere"):
            visitor = site.visitor() if path == "/sign-in" else boss
            for element in elements(visitor, path):
                assert element.tag != "style"
                assert element.tag != "script" or element.get("src")
                assert not {
                    name for name in element.attributes if name.startswith(("on", "style"))
                }
                assert "hx-on" not in " ".join(element.attributes)
                assert not any(
                    value.startswith(("js:", "javascript:"))
                    for value in element.attributes.values()
                )


class TestCookies:
    """P38."""

    def test_are_bound_to_the_host_by_https(self, https_server: Server, tmp_path: Path) -> None:
        site = Website(https_server, tmp_path)
        site.account(login_name="boss")

        sent = [
            *site.visitor().get("/sign-in").headers.get_list("set-cookie"),
            *site.visitor().sign_in("boss").headers.get_list("set-cookie"),
        ]

        assert {cookie.partition("=")[0] for cookie in sent} == {"__Host-csrf", "__Host-staff"}
        for cookie in sent:
            attributes = {part.strip().lower() for part in cookie.split(";")[1:]}
            assert {"secure", "httponly", "path=/", "samesite=lax"} <= attributes
            assert not any(part.startswith("domain") for part in attributes)

    def test_work_by_plain_http_too(self, site: Website, visitor: Visitor) -> None:
        site.account(login_name="boss")

        (cookie,) = visitor.sign_in("boss").headers.get_list("set-cookie")

        assert cookie.startswith("staff=")
        assert "secure" not in cookie.lower()


class TestFormToken:
    """P38: no other site can make a browser change anything."""

    @pytest.mark.parametrize("token", ["", "x", "0" * 128])
    def test_is_needed(self, site: Website, boss: Visitor, token: str) -> None:
        bill = site.add_bill()

        answer = boss.post(
            f"/staff/bills/{bill.number}/removal", {"total_fen": "130000"}, token=token
        )

        assert answer.status_code == 403
        assert "页面停留太久或来源不明" in answer.text
        assert site.stored(bill.number) == bill

    @pytest.mark.parametrize(
        "content_type", ["text/plain", "application/json", "multipart/form-data; boundary=x"]
    )
    def test_is_needed_whatever_the_content_type(
        self, site: Website, boss: Visitor, content_type: str
    ) -> None:
        bill = site.add_bill()

        answer = boss.client.post(
            f"/staff/bills/{bill.number}/removal",
            content=b"total_fen=130000",
            headers={"Content-Type": content_type},
        )

        assert answer.status_code in {400, 403}
        assert site.stored(bill.number) == bill

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
    def test_of_requests_hold_no_phone(
        self, site: Website, boss: Visitor, caplog: pytest.LogCaptureFixture
    ) -> None:
        """P45."""
        add_resident(site, site.houses[0], "陈思好", PHONE)
        bill = site.add_bill()
        with caplog.at_level(logging.DEBUG, logger="billing.web"):
            boss.get(f"/staff/bills?q={PHONE}")
            boss.post(f"/staff/bills/{bill.number}/phones")
            boss.get(f"/staff/bills/{PHONE}")

        assert "GET /staff/bills 200" in caplog.text
        assert not [line for line in own_lines(caplog) if PHONE in line]

    @pytest.mark.parametrize("fields", [{}, {"f" * 300: "1"}])
    def test_cuts_what_a_sender_chose_the_length_of(
        self, boss: Visitor, caplog: pytest.LogCaptureFixture, fields: dict[str, str]
    ) -> None:
        boss.post(f"/staff/houses/{'f' * 300}/address", {"address": "9号楼/901", **fields})

        (line,) = [each.getMessage() for each in caplog.records if each.levelname == "WARNING"]
        assert "f" * 50 in line
        assert "f" * 101 not in line


def own_lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What our own loggers say, as the masking formatter writes it."""
    formatter = MaskingFormatter()
    return [formatter.format(each) for each in caplog.records if each.name.startswith("billing")]


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


def elements(visitor: Visitor, path: str) -> Iterator[Element]:
    return read_html(visitor.get(path).text).inside()
