"""Signs owners in through their company's official account (rule 5.12).

The scope `snsapi_base` asks the owner nothing and returns only the openid.
"""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import quote, urlencode

from billing_adapters.http_client import HttpClient
from billing_adapters.payment_kit.fields import (
    MalformedMessageError,
    malformed_is_unknown,
    parse_object,
    text_at,
)
from billing_adapters.payment_kit.texts import provider_words
from billing_domain.errors import ProviderRefusedError, ProviderUnavailableError
from billing_domain.model.reminders.official_account import OfficialAccount
from billing_domain.ports.company import SecretCipher
from billing_domain.ports.owners import OwnerIdentity

API_URL: Final = "https://api.weixin.qq.com"
AUTHORIZE_URL: Final = "https://open.weixin.qq.com"

_STATE: Final = re.compile(r"[0-9A-Za-z_-]{1,128}")
_CODE: Final = re.compile(r"[0-9A-Za-z_-]{1,512}")
_OPENID: Final = re.compile(r"[0-9A-Za-z_-]{1,128}")
_OK: Final = 200

_UNUSABLE_CODES: Final = frozenset({40029, 40163, 41008, 42003})
"""The code is of another account, used before, missing, or expired."""

_PASSING: Final = frozenset({-1, 45009, 45011})
"""Busy, or over the limit of the day or minute."""


class WechatSignIn(OwnerIdentity):
    """Signs in through WeChat; `http` calls its API, browsers go to `authorize_url`.

    The called address contains the account's secret, so it is never logged.
    """

    def __init__(
        self, cipher: SecretCipher, http: HttpClient, *, authorize_url: str = AUTHORIZE_URL
    ) -> None:
        self._cipher, self._http, self._authorize_url = cipher, http, authorize_url

    def authorize_url(
        self, official_account: OfficialAccount, *, return_url: str, state: str
    ) -> str:
        """Return the address for the browser; raise ValueError for an invalid `state`."""
        if _STATE.fullmatch(state) is None:
            raise ValueError("a state has 1..128 of [0-9A-Za-z_-]")
        # WeChat's app requires this order of the parameters, and the fragment.
        return (
            f"{self._authorize_url}/connect/oauth2/authorize"
            f"?appid={quote(official_account.app_id, safe='')}"
            f"&redirect_uri={quote(return_url, safe='')}"
            f"&response_type=code&scope=snsapi_base&state={state}#wechat_redirect"
        )

    def openid(self, official_account: OfficialAccount, *, code: str) -> str:
        if _CODE.fullmatch(code) is None:
            raise ProviderRefusedError(provider_code="invalid_code", detail="format")
        query = urlencode(
            {
                "appid": official_account.app_id,
                "secret": self._secret(official_account),
                "code": code,
                "grant_type": "authorization_code",
            }
        )
        answer = self._http.call("GET", f"/sns/oauth2/access_token?{query}", headers={})
        if answer.status != _OK:
            raise ProviderUnavailableError(detail=f"status {answer.status}")
        with malformed_is_unknown():
            return _read_openid(parse_object(answer.body))

    def _secret(self, official_account: OfficialAccount) -> str:
        try:
            return self._cipher.unseal(official_account.sealed_secret)
        except ValueError:
            raise ProviderRefusedError(provider_code="secrets_unreadable", detail="") from None


def _read_openid(document: dict[str, Any]) -> str:
    if document.get("errcode", 0) != 0:
        raise _refusal(document)
    if document.get("is_snapshotuser") == 1:
        # In snapshot mode, WeChat invents a new openid at every visit.
        raise ProviderRefusedError(provider_code="snapshot_user", detail="")
    openid = text_at(document, "openid")
    if _OPENID.fullmatch(openid) is None:
        raise MalformedMessageError("openid")
    return openid


def _refusal(document: dict[str, Any]) -> Exception:
    code = document["errcode"]
    if not isinstance(code, int):
        return MalformedMessageError("errcode")
    if code in _PASSING:
        return ProviderUnavailableError(detail=str(code))
    if code in _UNUSABLE_CODES:
        return ProviderRefusedError(provider_code="invalid_code", detail=str(code))
    words = provider_words(document.get("errmsg"))
    return ProviderRefusedError(provider_code=str(code), detail=words)
