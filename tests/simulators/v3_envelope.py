"""WeChat Pay's side of version 3's signatures, written apart from the program's own."""

from __future__ import annotations

import json
import re
import secrets
from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import timedelta

import attrs
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256

from billing_domain.ports.system import Clock
from tests.simulators.faults import Fault
from tests.simulators.http_server import Request
from tests.simulators.key_material import Certified

SCHEME = "WECHATPAY2-SHA256-RSA2048"
_FIELD = re.compile(r'([a-z_]+)="([^"]*)"')
_FIELDS = {"mchid", "nonce_str", "signature", "timestamp", "serial_no"}


@attrs.define
class V3Envelope:
    """Checks the merchant's signatures strictly and signs with the platform's keys."""

    clock: Clock
    mchid: str
    merchant_serial: str
    merchant_key: RSAPublicKey
    public_key_id: str
    public_key: RSAPrivateKey
    certificate: Certified
    api_v3_key: str
    seen_nonces: set[str] = attrs.field(factory=set)

    def why_not(self, request: Request) -> str | None:
        """Return what is wrong with a request's signature and headers, nothing if all is well."""
        scheme, _, rest = request.headers.get("authorization", "").partition(" ")
        fields = dict(_FIELD.findall(rest))
        written = ",".join(f'{name}="{value}"' for name, value in fields.items())
        if scheme != SCHEME or set(fields) != _FIELDS or rest != written:
            return "Authorization"
        if bad := self._bad_field(fields):
            return bad
        self.seen_nonces.add(fields["nonce_str"])
        return self._bad_header(request) if self._signed(request, fields) else "signature"

    def signed(
        self, body: bytes, *, serial: str = "", fault: Fault | None = None
    ) -> dict[str, str]:
        """Return the headers of a body of ours; a fault spoils them."""
        at = self.clock.now()
        if fault is Fault.STALE:
            at -= timedelta(minutes=5)
        timestamp, nonce = str(int(at.timestamp())), secrets.token_hex(16)
        by_public_key = serial == self.public_key_id
        key = self.public_key if by_public_key else self.certificate.key
        message = f"{timestamp}\n{nonce}\n".encode() + body + b"\n"
        signature = b64encode(key.sign(message, padding.PKCS1v15(), SHA256())).decode()
        if fault is Fault.TAMPERED_SIGNATURE:
            signature = ("A" if signature[0] != "A" else "B") + signature[1:]
        if fault is Fault.PROBE:
            signature = "WECHATPAY/SIGNTEST/" + signature
        named = serial if by_public_key else self.certificate.serial
        return {
            "Wechatpay-Timestamp": timestamp,
            "Wechatpay-Nonce": nonce,
            "Wechatpay-Signature": signature,
            "Wechatpay-Signature-Type": SCHEME,
            "Wechatpay-Serial": "7" * 40 if fault is Fault.UNKNOWN_SERIAL else named,
        }

    def sealed(self, document: Mapping[str, object] | str, associated: str) -> dict[str, str]:
        """Return a document encrypted under the merchant's key."""
        text = document if isinstance(document, str) else json.dumps(document)
        nonce = secrets.token_hex(6)
        content = AESGCM(self.api_v3_key.encode()).encrypt(
            nonce.encode(), text.encode(), associated.encode()
        )
        return {
            "algorithm": "AEAD_AES_256_GCM",
            "ciphertext": b64encode(content).decode(),
            "associated_data": associated,
            "nonce": nonce,
        }

    def _bad_field(self, fields: Mapping[str, str]) -> str | None:
        if fields["mchid"] != self.mchid or fields["serial_no"] != self.merchant_serial:
            return "merchant"
        if abs(self.clock.now().timestamp() - int(fields["timestamp"])) > 300:
            return "timestamp"
        nonce = fields["nonce_str"]
        known = nonce in self.seen_nonces or not re.fullmatch("[0-9A-Za-z]{16,32}", nonce)
        return "nonce_str" if known else None

    def _signed(self, request: Request, fields: Mapping[str, str]) -> bool:
        head = (request.method, request.target, fields["timestamp"], fields["nonce_str"])
        message = "".join(f"{line}\n" for line in head).encode() + request.body + b"\n"
        try:
            signature = b64decode(fields["signature"], validate=True)
            self.merchant_key.verify(signature, message, padding.PKCS1v15(), SHA256())
        except (InvalidSignature, ValueError):
            return False
        return True

    def _bad_header(self, request: Request) -> str | None:
        wanted = {"accept": "application/json"}
        if request.body:
            wanted["content-type"] = "application/json"
        for name, value in wanted.items():
            if request.headers.get(name) != value:
                return name
        if not request.headers.get("user-agent"):
            return "user-agent"
        asked = request.headers.get("wechatpay-serial", self.public_key_id)
        return None if asked == self.public_key_id else "wechatpay-serial"
