"""WeChat's sign-in for official accounts as a server on this machine."""

from __future__ import annotations

import json
import secrets
import threading
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import attrs

from billing_domain.ports.system import Clock
from tests.simulators.http_server import LoopbackServer, NoAnswer, Request, Response

CODE_LASTS = timedelta(minutes=5)
_PARAMETERS = ["appid", "redirect_uri", "response_type", "scope", "state"]


@attrs.define
class _Grant:
    openid: str
    expires_at: datetime
    used: bool = False


class WechatSignInSimulator(LoopbackServer):
    """One official account; `visitor` is the openid of whoever comes to the authorize page.

    `errcode` is what every question is answered with while it is not zero, `answer` a whole
    answer instead of the right one; `requests` are all that came in.
    """

    def __init__(self, clock: Clock) -> None:
        self.app_id = f"wx{secrets.token_hex(8)}"
        self.secret = secrets.token_hex(16)
        self.visitor = f"o{secrets.token_hex(13)}"
        self.errcode = 0
        self.answer: Response | NoAnswer | None = None
        self.requests: list[Request] = []
        self._clock = clock
        self._grants: dict[str, _Grant] = {}
        self._lock = threading.Lock()
        super().__init__(self._answer)

    def grant(self) -> str:
        """Return a code for the visitor, as the authorize page hands it out."""
        code = secrets.token_urlsafe(24)
        with self._lock:
            self._grants[code] = _Grant(self.visitor, self._clock.now() + CODE_LASTS)
        return code

    def _answer(self, request: Request) -> Response | NoAnswer:
        self.requests.append(request)
        parts = urlsplit(request.target)
        pairs = parse_qs(parts.query, keep_blank_values=True)
        query = {name: values[-1] for name, values in pairs.items()}
        if parts.path == "/connect/oauth2/authorize":
            return self._authorize(query)
        if parts.path != "/sns/oauth2/access_token":
            return Response(404)
        if self.answer is not None:
            return self.answer
        return Response(200, json.dumps(self._token(query)).encode())

    def _authorize(self, query: dict[str, str]) -> Response:
        """Send the browser back at once: `snsapi_base` asks nobody."""
        plain = (query.get("response_type"), query.get("scope")) == ("code", "snsapi_base")
        if list(query) != _PARAMETERS or query["appid"] != self.app_id or not plain:
            return Response(200, "<h1>redirect_uri 参数错误</h1>".encode())
        back = query["redirect_uri"]
        joint = "&" if urlsplit(back).query else "?"
        returned = urlencode({"code": self.grant(), "state": query["state"]})
        return Response(302, b"", {"Location": f"{back}{joint}{returned}"})

    def _token(self, query: dict[str, str]) -> dict[str, object]:
        if self.errcode:
            return _error(self.errcode, "made to fail")
        if query.get("appid") != self.app_id:
            return _error(40013, "invalid appid")
        if query.get("secret") != self.secret:
            return _error(40125, "invalid appsecret")
        if query.get("grant_type") != "authorization_code":
            return _error(40002, "invalid grant_type")
        return self._exchange(query.get("code", ""))

    def _exchange(self, code: str) -> dict[str, object]:
        with self._lock:
            grant = self._grants.get(code)
            if grant is None:
                return _error(40029, "invalid code")
            if grant.used:
                return _error(40163, "code been used")
            if self._clock.now() >= grant.expires_at:
                return _error(42003, "code expired")
            grant.used = True
        return {
            "access_token": secrets.token_urlsafe(64),
            "expires_in": 7200,
            "refresh_token": secrets.token_urlsafe(64),
            "openid": grant.openid,
            "scope": "snsapi_base",
        }


def _error(code: int, words: str) -> dict[str, object]:
    return {"errcode": code, "errmsg": f"{words}, rid: {secrets.token_hex(4)}"}
