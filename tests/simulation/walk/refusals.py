"""What is refused whoever asks: forms tampered with, foreign acts, broken requests."""

from __future__ import annotations

from collections.abc import Iterable

from tests.simulation.walk.browser import TOKEN_FIELD, Browser
from tests.simulation.walk.markup import Link, PostForm

FORM = "application/x-www-form-urlencoded"
NEVER_REPLAYED = ("/sign-out", "/sign-in", "/owner/sign-out")


def tamper(browser: Browser, forms: Iterable[PostForm]) -> None:
    """Send each form with a wrong token, with a field of nobody's, and once more for htmx."""
    for form in forms:
        if form.action.startswith(NEVER_REPLAYED):
            continue
        browser.post(form.action, form.fields, token="wrong", note="wrong token")
        surplus = [*form.fields, ("surplus", "1")]
        browser.post(form.action, surplus, note="unknown field")
        if form.target:
            browser.post(
                form.action,
                surplus,
                target=form.target,
                page=form.page,
                note="unknown field",
            )


def trespass(browser: Browser, links: Iterable[Link], forms: Iterable[PostForm]) -> None:
    """Ask for pages and send forms that somebody else has."""
    for link in links:
        browser.get(link.path, link.target)
    for form in forms:
        if not form.action.startswith(NEVER_REPLAYED):
            fields = [pair for pair in form.fields if pair[0] != TOKEN_FIELD]
            browser.post(form.action, fields, target=form.target, page=form.page, note="foreign")


def break_requests(browser: Browser) -> None:
    """Send what no page of ours would send."""
    for path in (
        "/nothing",
        "/staff/nothing",
        "/staff/bills/1",
        "/staff/bills/%00",
        "/staff/houses/1",
        "/staff/exports/1/file",
        "/staff/imports/uploads/1",
        "/staff/reminder-runs/1",
        "/staff/payment-orders/1",
        "/staff/import-profiles/nothing",
        "/staff/bills?after=x",
        "/staff/bills?before=x",
        "/staff/bills?surplus=1",
        "/staff/audit?after=x",
        "/static/nothing.css",
        "/healthz",
        "/sign-in?next=//elsewhere.example",
    ):
        browser.get(path)
        browser.get(path, "div#bills")
    browser.send("PUT", "/staff/bills")
    browser.send("DELETE", "/staff/bills/1")
    browser.send("HEAD", "/staff/bills")
    browser.send("OPTIONS", "/staff/bills")
    browser.post("/staff/bills", note="no such form")
    browser.post("/staff/exports", [("format", "x" * 1_200_000)], note="too large")
    for kind in ("application/json", "text/plain", FORM, "multipart/form-data"):
        browser.send(
            "POST", "/staff/company", note=kind, content=b'{"name": "x"}', content_type=kind
        )
    browser.send("POST", "/callbacks/payments/1", content=b"{}", content_type="application/json")


def enter_badly(browser: Browser, name: str, password: str) -> None:
    """Sign in with a wrong name, a wrong password, nothing, and to another place."""
    browser.get("/")
    browser.get("/staff/bills?q=1")
    browser.get("/staff/bills", "div#bills")
    browser.get("/sign-in?next=/staff/audit")
    browser.sign_in(name, "wrong")
    browser.sign_in("nobody", password)
    browser.post("/sign-in", note="empty")
    fields = [("login_name", name), ("password", password)]
    browser.post("/sign-in", fields, token="wrong", note="wrong token")
    browser.post("/sign-in", [*fields, ("surplus", "1")], note="unknown field")
    for place in ("/staff/audit", "//elsewhere.example", "https://elsewhere.example"):
        browser.follow(browser.post("/sign-in", [*fields, ("next", place)], note=place))
    browser.get("/sign-in")
    browser.post("/sign-out")
    browser.get("/staff/bills")
