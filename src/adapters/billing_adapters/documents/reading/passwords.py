"""Workbooks under the password that Excel sets itself and opens without asking (rule 3.4).

Excel encrypts a workbook whose structure is protected, and no user knows that password. Any other
password is refused. `msoffcrypto` derives keys and decrypts; what a file says about its encryption
is read here, within limits.
"""

from __future__ import annotations

import base64
import struct
from collections.abc import Iterator
from hashlib import md5, sha1
from io import BytesIO
from operator import xor
from typing import Any, Final

from msoffcrypto.method.ecma376_agile import ECMA376Agile
from msoffcrypto.method.ecma376_standard import ECMA376Standard
from msoffcrypto.method.rc4 import DocumentRC4
from msoffcrypto.method.rc4_cryptoapi import DocumentRC4CryptoAPI
from msoffcrypto.method.xor_obfuscation import DocumentXOR

from billing_adapters.documents.reading.file_kinds import ZIP
from billing_adapters.documents.reading.limits import refused
from billing_adapters.documents.reading.xls_container import Container
from billing_adapters.documents.reading.xls_records import HEAD, records
from billing_adapters.documents.reading.xml_events import XmlEvents
from billing_domain.model.sheet import SheetRefusal

_PASSWORD: Final = "VelvetSweatshop"  # noqa: S105 - everybody's, not a secret
_INFO, _PACKAGE = "EncryptionInfo", "EncryptedPackage"

_SPINS_MAX: Final = 200_000
"""How often a password may be hashed; Excel writes 100,000 at most."""

_TAGS_MAX: Final = 1_000
_NAMESPACES: Final = (
    "http://schemas.microsoft.com/office/2006/encryption",
    "http://schemas.microsoft.com/office/2006/keyEncryptor/password",
)
_AGILE, _STANDARD = (4, 4), {(2, 2), (3, 2), (4, 2)}
_VERSION: Final = struct.Struct("<HH4x")
_LENGTH: Final = struct.Struct("<I")
_HEADER: Final = struct.Struct("<8x4I8x")
_VERIFIER: Final = struct.Struct("<I16s16s4x20s")

_FILE_PASS, _SHEET = 0x2F, 0x85
_NEVER_ENCRYPTED: Final = frozenset({0x809, _FILE_PASS, 0x194, 0x195, 0xE1, 0x196, 0x138})
"""Records that everybody reads: beginnings, the password's own, who uses or changes the file."""

_SHEET_PLACE_BYTES: Final = 4
_XOR_BYTES: Final = 4
_RC4: Final = b"\1\0"
_RC4_BLOCK: Final = 1_024
_RC4_VERIFIER: Final = struct.Struct("<16s16s16s")
_ROTATED: Final = bytes((byte << 3 | byte >> 5) & 0xFF for byte in range(256))


def is_encrypted_package(container: Container) -> bool:
    """Tell whether a compound file holds an encrypted xlsx file."""
    return _PACKAGE in container.names


def unlocked_package(container: Container) -> bytes:
    """Return the xlsx file that a compound file holds encrypted.

    Raises SheetRefusedError when it is encrypted otherwise than by Excel's own password.
    """
    info, package = container.stream(_INFO), container.stream(_PACKAGE)
    try:
        version = _VERSION.unpack_from(info)
        if version == _AGILE:
            content = _agile(info[_VERSION.size :], package)
        elif version in _STANDARD:
            content = _standard(info[_VERSION.size :], package)
        else:
            raise refused(SheetRefusal.ENCRYPTED)
    except (ValueError, KeyError, struct.error) as error:
        raise refused(SheetRefusal.ENCRYPTED) from error
    if not content.startswith(ZIP):
        raise refused(SheetRefusal.ENCRYPTED)
    return content


def unlocked_stream(stream: bytes) -> bytes:
    """Return the stream of an xls file as it was before Excel's own password, if it has it.

    Raises SheetRefusedError for another password, ValueError or struct.error for damage.
    """
    data = next((data for kind, data in records(stream, 0) if kind == _FILE_PASS), None)
    if data is None:
        return stream
    is_rc4 = data.startswith(_RC4)
    plain = _without_rc4(stream, data[len(_RC4) :]) if is_rc4 else _without_xor(stream, data)
    for place, kind, size in _heads(stream):
        kept = size if kind in _NEVER_ENCRYPTED else _SHEET_PLACE_BYTES * (kind == _SHEET)
        end = place + HEAD.size + kept
        plain[place:end] = stream[place:end]
    return bytes(plain)


def _agile(info: bytes, package: bytes) -> bytes:
    data: dict[str, str] = {}
    key: dict[str, str] = {}
    events = XmlEvents(
        {"keyData": data.update, "encryptedKey": key.update},
        {},
        tags_max=_TAGS_MAX,
        namespaces=_NAMESPACES,
    )
    events.read([info], part=_INFO)
    spins = int(key["spinCount"])
    if not 0 <= spins <= _SPINS_MAX:
        raise refused(SheetRefusal.ENCRYPTED)
    secret = ECMA376Agile.makekey_from_password(
        _PASSWORD,
        base64.b64decode(key["saltValue"]),
        key["hashAlgorithm"],
        base64.b64decode(key["encryptedKeyValue"]),
        spins,
        int(key["keyBits"]),
    )
    salt = base64.b64decode(data["saltValue"])
    content: bytes = ECMA376Agile.decrypt(secret, salt, data["hashAlgorithm"], BytesIO(package))
    return content


def _standard(info: bytes, package: bytes) -> bytes:
    algorithm, hashing, bits, provider, size, salt, *_ = _header(info)
    secret = ECMA376Standard.makekey_from_password(
        _PASSWORD, algorithm, hashing, provider, bits, size, salt
    )
    content: bytes = ECMA376Standard.decrypt(secret, BytesIO(package))
    return content


def _header(info: bytes) -> tuple[Any, ...]:
    """Return algorithm, hash, key bits, provider, salt size, salt, verifier and its hash."""
    (length,) = _LENGTH.unpack_from(info)
    algorithm, hashing, bits, provider = _HEADER.unpack_from(info, _LENGTH.size)
    verifier = _VERIFIER.unpack_from(info, _LENGTH.size + length)
    return algorithm, hashing, bits, provider, *verifier


def _without_xor(stream: bytes, data: bytes) -> bytearray:
    """Return the stream with each record decrypted; the key turns by where the record ends."""
    _, verifier = HEAD.unpack(data[-_XOR_BYTES:])
    if not DocumentXOR.verifypw(_PASSWORD, verifier):
        raise refused(SheetRefusal.ENCRYPTED)
    key = bytes(DocumentXOR.create_xor_array_method1(_PASSWORD))
    plain = bytearray(stream)
    for place, _, size in _heads(stream):
        if size:
            start = place + HEAD.size
            turned = (start + size) % len(key)
            pad = (key[turned:] + key[:turned]) * (size // len(key) + 1)
            record = stream[start : start + size]
            plain[start : start + size] = bytes(map(xor, record, pad)).translate(_ROTATED)
    return plain


def _without_rc4(stream: bytes, info: bytes) -> bytearray:
    """Return the stream decrypted as a whole, what is never encrypted along with it."""
    arguments: tuple[Any, ...]
    if info.startswith(b"\1\0\1\0"):
        cipher, digest = DocumentRC4, md5
        salt, *verifier = _RC4_VERIFIER.unpack_from(info, len(b"\1\0\1\0"))
        arguments = (_PASSWORD, salt)
    else:
        cipher, digest = DocumentRC4CryptoAPI, sha1
        _, _, bits, _, _, salt, *verifier = _header(info[_VERSION.size :])
        arguments = (_PASSWORD, salt, bits or 40)
    verified = cipher.decrypt(*arguments, BytesIO(b"".join(verifier))).read()
    if digest(verified[:16]).digest() != verified[16:]:
        raise refused(SheetRefusal.ENCRYPTED)
    return bytearray(cipher.decrypt(*arguments, BytesIO(stream), blocksize=_RC4_BLOCK).read())


def _heads(stream: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield place, kind and size of every record, to the end of the stream."""
    place = 0
    while place + HEAD.size <= len(stream):
        kind, size = HEAD.unpack_from(stream, place)
        yield place, kind, size
        place += HEAD.size + size
