"""Version 2 over HTTP: signed XML out, checked XML back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import attrs

from billing_adapters.http_client import HttpAnswer, HttpClient
from billing_adapters.payment_kit.malformed import malformed_is_unknown
from billing_adapters.payment_kit.texts import provider_words
from billing_adapters.wechat.accounts import V2SignType
from billing_adapters.wechat.signing_v2 import V2Signer
from billing_adapters.wechat.states import PASSING_CODES
from billing_adapters.wechat.v2_reports import SUCCESS, check_merchant
from billing_adapters.wechat.xml_message import read_message, write_message
from billing_domain.errors import (
    NotificationRefusedError,
    ProviderRefusedError,
    ProviderUnavailableError,
)
from billing_domain.ports.system import IdGenerator

_OK: Final = 200


@attrs.frozen
class V2Client:
    """Calls version 2 for one merchant."""

    signer: V2Signer
    http: HttpClient
    ids: IdGenerator

    def call(self, path: str, fields: Mapping[str, str]) -> dict[str, str]:
        """Return the fields that answer a request.

        Raises ProviderRefusedError with WeChat Pay's code, or with `FAIL` when it did not even
        look at the request and so signed nothing; ProviderUnavailableError for everything that
        one may not rely on; NotificationRefusedError for another merchant's answer.
        """
        answer = self.fetch(path, fields)
        with malformed_is_unknown():
            said = read_message(answer.body)
        if said.get("return_code") != SUCCESS:
            message = provider_words(said.get("return_msg"))
            raise ProviderRefusedError(provider_code="FAIL", detail=message)
        try:
            self.signer.check(said)
        except NotificationRefusedError as refused:
            raise ProviderUnavailableError(detail=f"answer's {refused.reason}") from refused
        check_merchant(said, self.signer.account)
        if said.get("result_code") != SUCCESS:
            raise _refusal(said)
        return said

    def fetch(self, path: str, fields: Mapping[str, str]) -> HttpAnswer:
        """Return an answer as it came: files of statements."""
        account = self.signer.account
        whole = {
            "appid": account.appid,
            "mch_id": account.mch_id,
            "nonce_str": self.ids.new_id(),
            **fields,
        }
        if account.sign_type is not V2SignType.MD5:
            whole["sign_type"] = account.sign_type.value
        body = write_message(self.signer.signed(whole))
        headers = {"Content-Type": "text/xml; charset=utf-8", "User-Agent": "billing-domain"}
        answer = self.http.call("POST", path, headers=headers, body=body)
        if answer.status != _OK:
            raise ProviderUnavailableError(detail=f"status {answer.status}")
        return answer


def _refusal(said: Mapping[str, str]) -> Exception:
    code = provider_words(said.get("err_code"))
    if not code or code in PASSING_CODES:
        return ProviderUnavailableError(detail=code or "no code")
    return ProviderRefusedError(
        provider_code=code, detail=provider_words(said.get("err_code_des"))
    )
