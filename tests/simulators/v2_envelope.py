"""WeChat Pay's side of version 2: XML and signatures, written apart from the program's own."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import b64encode
from collections.abc import Mapping
from xml.etree import ElementTree as ET

import attrs
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from tests.simulators.faults import Fault

_BLOCK = 16


@attrs.frozen
class V2Envelope:
    """Signs and checks with the key that both sides share."""

    api_key: str
    sign_type: str = "MD5"

    def signature(self, fields: Mapping[str, str]) -> str:
        """Return the signature over fields."""
        pairs = [f"{name}={fields[name]}" for name in sorted(fields) if fields[name]]
        text = "&".join([*pairs, f"key={self.api_key}"]).encode()
        if self.sign_type == "HMAC-SHA256":
            return hmac.new(self.api_key.encode(), text, hashlib.sha256).hexdigest().upper()
        return hashlib.md5(text, usedforsecurity=False).hexdigest().upper()

    def why_not(self, fields: dict[str, str]) -> str | None:
        """Return what is wrong with a request's signature, nothing if all is well."""
        given = fields.pop("sign", "")
        if fields.get("sign_type", "MD5") != self.sign_type:
            return "sign_type"
        if not 16 <= len(fields.get("nonce_str", "")) <= 32:
            return "nonce_str"
        return None if given == self.signature(fields) else "签名错误"

    def signed(self, fields: Mapping[str, str], fault: Fault | None = None) -> bytes:
        """Return a signed message; a fault spoils it."""
        whole = {**fields, "nonce_str": secrets.token_hex(16)}
        sign = self.signature(whole)
        if fault is Fault.TAMPERED_SIGNATURE:
            sign = sign[:-1] + ("0" if sign[-1] != "0" else "1")
        if fault is not Fault.UNSIGNED:
            whole["sign"] = sign
        if fault is Fault.TAMPERED_BODY:
            whole["nonce_str"] = "0" * 32
        return to_xml(whole)

    def sealed_refund(self, fields: Mapping[str, str]) -> str:
        """Return what a notification about a refund carries."""
        key = hashlib.md5(self.api_key.encode(), usedforsecurity=False).hexdigest().encode()
        text = to_xml(fields, root="root")
        missing = _BLOCK - len(text) % _BLOCK
        cipher = Cipher(algorithms.AES(key), modes.ECB())  # noqa: S305 - as WeChat Pay does
        encryptor = cipher.encryptor()
        padded = text + bytes([missing]) * missing
        return b64encode(encryptor.update(padded) + encryptor.finalize()).decode()


def to_xml(fields: Mapping[str, str], root: str = "xml") -> bytes:
    """Write fields the way WeChat Pay does, texts in CDATA."""
    lines = "".join(f"<{name}><![CDATA[{text}]]></{name}>\n" for name, text in fields.items())
    return f"<{root}>\n{lines}</{root}>".encode()


def from_xml(content: bytes) -> dict[str, str]:
    """Read the fields of a message of the merchant's."""
    root = ET.fromstring(content)  # noqa: S314 - our own program sent it
    assert root.tag == "xml"
    return {field.tag: field.text or "" for field in root}
