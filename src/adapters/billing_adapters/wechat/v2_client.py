"""Version 2 over HTTP: signed XML requests, verified XML answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import attrs

from billing_adapters.http_client import HttpAnswer, HttpClient
from billing_adapters.payment_kit.fields import malformed_is_unknown
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
        """Return the fields of the answer.

        Raises ProviderRefusedError with WeChat Pay's code, or with `FAIL` for an unsigned refusal
        of the request itself; ProviderUnavailableError for an unverified answer;
        NotificationRefusedError for another merchant's answer.
        """
        body = self.fetch(path, fields).body
        with malformed_is_unknown():
            answer = read_message(body)
        if answer.get("return_code") != SUCCESS:
            message = provider_words(answer.get("return_msg"))
            raise ProviderRefusedError(provider_code="FAIL", detail=message)
        try:
            self.signer.check(answer)
        except NotificationRefusedError as refused:
            raise ProviderUnavailableError(detail=f"answer's {refused.reason}") from refused
        check_merchant(answer, self.signer.account)
        if answer.get("result_code") != SUCCESS:
            raise _refusal(answer)
        return answer

    def fetch(self, path: str, fields: Mapping[str, str]) -> HttpAnswer:
        """Return a raw, unverified answer, as for statement files."""
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


def _refusal(answer: Mapping[str, str]) -> Exception:
    code = provider_words(answer.get("err_code"))
    if not code or code in PASSING_CODES:
        return ProviderUnavailableError(detail=code or "no code")
    return ProviderRefusedError(
        provider_code=code, detail=provider_words(answer.get("err_code_des"))
    )
