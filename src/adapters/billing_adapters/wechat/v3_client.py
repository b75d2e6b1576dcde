"""Version 3 over HTTP: signed requests, verified answers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

import attrs

from billing_adapters.http_client import HttpAnswer, HttpClient
from billing_adapters.payment_kit.fields import (
    MalformedMessageError,
    malformed_is_unknown,
    parse_object,
)
from billing_adapters.payment_kit.texts import provider_words
from billing_adapters.wechat.signing import MerchantSigner, PlatformVerifier
from billing_adapters.wechat.states import PASSING_CODES
from billing_domain.errors import (
    NotificationRefusedError,
    ProviderRefusedError,
    ProviderUnavailableError,
)
from billing_domain.ports.system import Clock, IdGenerator

USER_AGENT: Final = "billing-domain"

_OK, _NO_CONTENT, _REDIRECTS = 200, 204, 300
_REFUSALS, _TOO_MANY = 400, 429


@attrs.frozen
class V3Client:
    """Calls version 3 for one merchant."""

    signer: MerchantSigner
    verifier: PlatformVerifier
    http: HttpClient
    clock: Clock
    ids: IdGenerator

    def call(
        self, method: str, target: str, document: Mapping[str, object] | None = None
    ) -> dict[str, Any]:
        """Return the JSON object of the answer; empty for an answer without content.

        Raises ProviderRefusedError with WeChat Pay's code, and ProviderUnavailableError for an
        unverified or malformed answer.
        """
        answer = self.fetch(method, target, document)
        self._verify(answer)
        if answer.status == _NO_CONTENT:
            return {}
        with malformed_is_unknown():
            return parse_object(answer.body)

    def fetch(
        self, method: str, target: str, document: Mapping[str, object] | None = None
    ) -> HttpAnswer:
        """Return a raw, unverified answer, as for certificates and statement files."""
        body = b"" if document is None else json.dumps(document, ensure_ascii=False).encode()
        headers = self._headers(method, target, body)
        answer = self.http.call(method, target, headers=headers, body=body)
        if answer.status >= _REFUSALS:
            raise self._refusal(answer)
        if not _OK <= answer.status < _REDIRECTS:
            raise ProviderUnavailableError(detail=f"status {answer.status}")
        return answer

    def _headers(self, method: str, target: str, body: bytes) -> dict[str, str]:
        authorization = self.signer.authorization(
            method, target, body, at=self.clock.now(), nonce=self.ids.new_id()
        )
        headers = {
            "Authorization": authorization,
            "Accept": "application/json",
            "User-Agent": USER_AGENT,
        }
        if body:
            headers["Content-Type"] = "application/json"
        if public_key_id := self.signer.account.public_key_id:
            headers["Wechatpay-Serial"] = public_key_id
        return headers

    def _refusal(self, answer: HttpAnswer) -> Exception:
        """Return the error of a refusal; TLS alone authenticates an unsigned refusal."""
        if "wechatpay-signature" in answer.headers:
            self._verify(answer)
        try:
            refusal = parse_object(answer.body)
        except MalformedMessageError:
            return ProviderUnavailableError(detail=f"status {answer.status}")
        code = provider_words(refusal.get("code"))
        if not code or code in PASSING_CODES or answer.status == _TOO_MANY:
            return ProviderUnavailableError(detail=code or f"status {answer.status}")
        message = provider_words(refusal.get("message"))
        return ProviderRefusedError(provider_code=code, detail=message)

    def _verify(self, answer: HttpAnswer) -> None:
        try:
            self.verifier.check(answer.headers, answer.body)
        except NotificationRefusedError as refused:
            raise ProviderUnavailableError(detail=f"answer's {refused.reason}") from refused
