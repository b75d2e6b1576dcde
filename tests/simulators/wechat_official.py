"""A WeChat official account as a server on this machine: tokens, template messages, the menu."""

from __future__ import annotations

import json
import re
import secrets
import threading
import time
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import attrs

from billing_domain.ports.system import Clock
from tests.simulators.faults import Coming, Fault, Faults
from tests.simulators.http_server import LoopbackServer, NoAnswer, Request, Response
from tests.simulators.official_menu import menu_refusal, shown_menu
from tests.simulators.official_tokens import TokenDesk
from tests.world import TEMPLATE

REMEMBERED_FOR = timedelta(minutes=10)
_WORDS = {
    -1: "system error",
    40001: "invalid credential, access_token is invalid or not latest",
    40002: "invalid grant_type",
    40003: "invalid openid",
    40013: "invalid appid",
    40037: "invalid template_id",
    40125: "invalid appsecret",
    42001: "access_token expired",
    43004: "require subscribe",
    45065: "clientmsgid exist",
    46003: "menu no exist",
}
_THING = re.compile(r"[^\n]{1,20}")
_VALUES = {
    "thing": _THING,
    "amount": re.compile(r"[¥￥]?[0-9]{1,10}(\.[0-9]{1,2})?元?"),
    "time": re.compile(r"([0-9]{4}年[0-9]+月[0-9]+日 )?[0-9]{2}:[0-9]{2}"),
    "number": re.compile(r"[0-9.]{1,32}"),
    "character_string": re.compile(r"[!-~ ]{1,32}"),
    "const": _THING,
}
_EARLY: dict[Coming, Response | NoAnswer] = {
    Fault.CUT: NoAnswer.CUT,
    Fault.BAD_GATEWAY: Response(502, b"<html>502 Bad Gateway</html>"),
    Fault.ODD_PAGE: Response(404, b"<html>404 Not Found</html>"),
    Fault.REDIRECT: Response(302, b"", {"Location": "http://127.0.0.1:9/elsewhere"}),
    Fault.GARBAGE: Response(200, b"\xff\x00 not what you expect"),
}
_LATE: dict[Coming, Response | NoAnswer] = {
    Fault.CUT_AFTER: NoAnswer.CUT,
    Fault.SILENT_AFTER: NoAnswer.SILENT,
}


@attrs.frozen
class SentMessage:
    """A template message that reached a phone."""

    id: int
    openid: str
    template_id: str
    url: str
    data: dict[str, str]
    at: datetime


class WechatOfficialSimulator(LoopbackServer):
    """One account with the usual template.

    `followers` are reached, `strangers` are known and do not follow.

    `messages` are what arrived, `menu` the buttons as WeChat keeps them, `faults` what the next
    calls meet (a text is an error code), `delay` how many seconds every answer takes, `requests`
    all that came in. A repeated message is answered as the first one was, or, when
    `tells_repeated`, with the code for it.
    """

    def __init__(self, clock: Clock) -> None:
        self.tokens = TokenDesk(clock)
        self.templates = {TEMPLATE.template_id: frozenset({*TEMPLATE.parts, *TEMPLATE.fixed})}
        self.followers: set[str] = set()
        self.strangers: set[str] = set()
        self.messages: list[SentMessage] = []
        self.menu: list[dict[str, Any]] | None = None
        self.faults = Faults()
        self.delay = 0.0
        self.tells_repeated = False
        self.requests: list[Request] = []
        self._clock = clock
        self._places = {
            "POST message/template/send": self._send,
            "POST menu/create": self._create_menu,
            "GET menu/delete": self._delete_menu,
            "GET menu/get": self._get_menu,
            "GET get_current_selfmenu_info": self._show_menu,
        }
        self._repeats: dict[tuple[str, str], SentMessage] = {}
        self._lock = threading.RLock()
        super().__init__(self._answer)

    def follow(self) -> str:
        """Return the openid of a new follower."""
        openid = f"o{secrets.token_hex(13)}"
        self.followers.add(openid)
        return openid

    def unfollow(self, openid: str) -> None:
        """Let a follower go."""
        self.followers.remove(openid)
        self.strangers.add(openid)

    @property
    def asked_for_tokens(self) -> int:
        """How often somebody asked for a stable token."""
        return sum("/stable_token" in request.target for request in self.requests)

    def _answer(self, request: Request) -> Response | NoAnswer:
        with self._lock:
            self.requests.append(request)
            fault = self.faults.take()
        time.sleep(self.delay)
        if isinstance(fault, str):
            return _json(_error(int(fault)))
        if fault in _EARLY:
            return _EARLY[fault]
        with self._lock:
            response = _json(self._served(request))
        if fault is Fault.MISSING_FIELDS:
            return Response(200, b"{}")
        return _LATE.get(fault, response)

    def _served(self, request: Request) -> dict[str, Any]:
        parts = urlsplit(request.target)
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        body = json.loads(request.body) if request.body else {}
        place = f"{request.method} {parts.path.removeprefix('/cgi-bin/')}"
        if place in {"POST stable_token", "GET token"}:
            stable = place == "POST stable_token"
            token = self.tokens.issue(body if stable else query, stable=stable)
            return _error(token) if isinstance(token, int) else token
        if code := self.tokens.refusal(query.get("access_token", "")):
            return _error(code)
        served = self._places.get(place)
        return served(body) if served else _error(40066)

    def _create_menu(self, document: dict[str, Any]) -> dict[str, Any]:
        code = menu_refusal(document)
        self.menu = self.menu if code else document["button"]
        return _error(code)

    def _delete_menu(self, _: dict[str, Any]) -> dict[str, Any]:
        self.menu = None
        return _error(0)

    def _get_menu(self, _: dict[str, Any]) -> dict[str, Any]:
        return _error(46003) if self.menu is None else {"menu": {"button": self.menu}}

    def _show_menu(self, _: dict[str, Any]) -> dict[str, Any]:
        return shown_menu(self.menu)

    def _send(self, document: dict[str, Any]) -> dict[str, Any]:
        openid, now = document.get("touser", ""), self._clock.now()
        if code := self._send_refusal(openid, document):
            return _error(code)
        data = {key: each["value"] for key, each in document["data"].items()}
        for key, value in data.items():
            form = _VALUES.get(key.rstrip("0123456789"))
            if form is None or form.fullmatch(value) is None:
                return _error(47003, f"argument invalid! data.{key}.value invalid")
        repeat = openid, document.get("client_msg_id") or secrets.token_hex(16)
        first = self._repeats.get(repeat)
        if first is not None and now < first.at + REMEMBERED_FOR:
            code = 45065 if self.tells_repeated else 0
            return {**_error(code), "msgid": first.id}
        template, link = document["template_id"], document.get("url", "")
        message_id = 3_000_000_000_000_000_000 + len(self.messages)
        sent = SentMessage(message_id, openid, template, link, data, now)
        self._repeats[repeat] = sent
        self.messages.append(sent)
        return {**_error(0), "msgid": sent.id}

    def _send_refusal(self, openid: str, document: dict[str, Any]) -> int:
        if openid in self.strangers:
            return 43004
        if openid not in self.followers:
            return 40003
        keys = self.templates.get(document.get("template_id", ""))
        if keys is None:
            return 40037
        return 0 if set(document.get("data", {})) == keys else 47003


def _error(code: int, words: str = "") -> dict[str, Any]:
    if code == 0:
        return {"errcode": 0, "errmsg": "ok"}
    said = words or _WORDS.get(code, "refused")
    return {"errcode": code, "errmsg": f"{said} rid: {secrets.token_hex(4)}"}


def _json(document: dict[str, Any]) -> Response:
    return Response(200, json.dumps(document, ensure_ascii=False).encode())
