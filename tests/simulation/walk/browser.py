"""A browser that writes down everything it gets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import attrs
import httpx

from tests.html_page import Element
from tests.simulation.walk.answers import html_of, lines_of_answer
from tests.simulation.walk.markup import PostForm, post_forms, read_html
from tests.simulation.walk.steps import MissingError, Record

TOKEN_FIELD = "_csrf_token"
SECONDS = 60
File = tuple[str, bytes, str]
Value = str | Sequence[str] | None


@attrs.frozen
class Browser:
    """One visitor with cookies of their own; follows no redirect by itself."""

    who: str
    client: httpx.Client
    record: Record

    @classmethod
    def at(cls, address: str, who: str, record: Record) -> Browser:
        """Return a browser without cookies."""
        return cls(who, httpx.Client(base_url=address, timeout=SECONDS), record)

    def get(self, path: str, target: str = "", *, kept: bool = True) -> httpx.Response:
        """Ask for a page, or as htmx for a part of one; `kept` writes it down."""
        answer = self.client.get(path, headers=self._headers(target))
        if kept:
            self._keep(f"GET {path}{_part(target)}", answer)
        return answer

    def page(self, path: str) -> Element:
        """Ask for a page to read something from it; not written down."""
        return read_html(self.get(path, kept=False).text)

    def post(
        self,
        path: str,
        fields: Iterable[tuple[str, str]] = (),
        *,
        target: str = "",
        page: str = "/",
        note: str = "",
        files: Mapping[str, File] | None = None,
    ) -> httpx.Response:
        """Send a form with the browser's token."""
        sent: dict[str, list[str]] = {TOKEN_FIELD: [self._token()]}
        for name, value in fields:
            if name != TOKEN_FIELD:
                sent.setdefault(name, []).append(value)
        answer = self.client.post(
            path, data=sent, files=files, headers=self._headers(target, page)
        )
        self._keep(f"POST {path}{_part(target)}{note and f': {note}'}", answer)
        return answer

    def form(self, page: str, action: str, target: str = "") -> PostForm:
        """Open a page and return the form on it whose address has `action` in it."""
        answer = self.get(page, target)
        for form in post_forms(read_html(answer.text), page):
            if re.search(action, form.action):
                return form
        raise MissingError(f"{self.who}: no form {action} on {page}")

    def fill(
        self,
        form: PostForm,
        *,
        note: str = "",
        files: Mapping[str, File] | None = None,
        changes: Mapping[str, Value] | None = None,
        **more: Value,
    ) -> httpx.Response:
        """Send a form with some fields changed; None leaves a field out."""
        return self.post(
            form.action,
            changed(form.fields, {**(changes or {}), **more}),
            target=form.target,
            page=form.page,
            note=note,
            files=files,
        )

    def found(self, page: str, pattern: str, count: int = 1) -> list[str]:
        """Return the first different matches on a page; raise MissingError for fewer."""
        matches = list(dict.fromkeys(re.findall(pattern, self.get(page, kept=False).text)))
        if len(matches) < count:
            raise MissingError(f"{self.who}: {len(matches)} of {count} × {pattern} on {page}")
        return [str(match) for match in matches[:count]]

    def follow(self, answer: httpx.Response) -> httpx.Response:
        """Go where a redirect or htmx leads; the answer itself when it leads nowhere."""
        path = answer.headers.get("location") or answer.headers.get("hx-redirect")
        return self.get(path) if path else answer

    def sign_in(self, name: str, password: str) -> httpx.Response:
        """Send the sign-in form of staff."""
        fields = [("login_name", name), ("password", password)]
        return self.post("/sign-in", fields, note=name)

    def _token(self) -> str:
        for _attempt in range(2):
            for cookie in self.client.cookies.jar:
                if cookie.name.endswith("csrf") and cookie.value:
                    return cookie.value
            self.client.get("/sign-in")
        return ""

    def _headers(self, target: str, page: str = "/") -> dict[str, str]:
        if not target:
            return {}
        return {
            "HX-Request": "true",
            "HX-Request-Type": "partial",
            "HX-Target": target,
            "HX-Current-URL": str(self.client.base_url.join(page)),
        }

    def _keep(self, name: str, answer: httpx.Response) -> None:
        self.record.add(f"{self.who} {name}", lines_of_answer(answer), html_of(answer))


def changed(
    fields: Iterable[tuple[str, str]], changes: Mapping[str, Any]
) -> list[tuple[str, str]]:
    """Return fields with some replaced, added, or left out."""
    result = [(name, value) for name, value in fields if name not in changes]
    for name, value in changes.items():
        values = [] if value is None else [value] if isinstance(value, str) else value
        result += [(name, each) for each in values]
    return result


def _part(target: str) -> str:
    return f" ({target})" if target else ""
