"""Workbooks locked with a password, in each of the ways that Excel has had."""

import io
import struct
from collections.abc import Callable
from hashlib import md5, sha1
from operator import xor
from typing import Any

import xlwt.CompoundDoc
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from msoffcrypto.method.container.ecma376_encrypted import ECMA376Encrypted
from msoffcrypto.method.ecma376_agile import ECMA376Agile
from msoffcrypto.method.ecma376_standard import ECMA376Standard
from msoffcrypto.method.rc4 import DocumentRC4
from msoffcrypto.method.rc4_cryptoapi import DocumentRC4CryptoAPI
from msoffcrypto.method.xor_obfuscation import DocumentXOR

from billing_adapters.documents.reading.xls_container import Container

EXCELS_OWN = "VelvetSweatshop"
SALT = bytes(range(16))
_HEAD = struct.Struct("<HH")
_PLAIN_KINDS = {0x809, 0x2F}
_SHEET = 0x85
_AES_128 = (0x660E, 0x8004, 128, 0x18)
_RC4_128 = (0x6801, 0x8004, 128, 1)


def agile(content: bytes, password: str = EXCELS_OWN, *, spins: int = 10) -> bytes:
    """Return an xlsx file locked as Excel has done since 2010."""
    locked: bytes = ECMA376Agile.encrypt(password, io.BytesIO(content), spin_count=spins)
    return locked


def standard(content: bytes, password: str = EXCELS_OWN) -> bytes:
    """Return an xlsx file locked as Excel 2007 did."""
    algorithm, hashing, bits, provider = _AES_128
    key = ECMA376Standard.makekey_from_password(
        password, algorithm, hashing, provider, bits, len(SALT), SALT
    )
    encrypt = Cipher(algorithms.AES(key), modes.ECB()).encryptor().update  # noqa: S305 - Excel's
    verifier = encrypt(SALT) + encrypt(sha1(SALT).digest().ljust(32, b"\0"))  # noqa: S324 - same
    padded = content + bytes(-len(content) % 16)
    package = struct.pack("<Q", len(content)) + encrypt(padded)
    info = struct.pack("<HHI", 4, 2, 0x24) + _crypto_header(_AES_128, verifier)
    return packed(package, info)


def packed(package: bytes, info: bytes) -> bytes:
    """Return a compound file of an encrypted package and what is said of its encryption."""
    out = io.BytesIO()
    ECMA376Encrypted(package, info).write_to(out)
    return out.getvalue()


def xls_by_xor(content: bytes, password: str = EXCELS_OWN, *, kind: bytes = b"\0\0") -> bytes:
    """Return an xls file obfuscated as Excel 97 could; Excel 95 wrote no `kind` of lock."""
    verifier = next(each for each in range(0x10000) if DocumentXOR.verifypw(password, each))
    key = bytes(DocumentXOR.create_xor_array_method1(password))

    def hide(stream: bytes) -> bytes:
        hidden = bytearray(stream)
        for place, _, size in _records(stream):
            for at in range(place + 4, place + 4 + size):
                byte = stream[at]
                hidden[at] = xor((byte >> 3 | byte << 5) & 0xFF, key[(at + size) % 16])
        return bytes(hidden)

    return _locked_xls(content, kind + struct.pack("<HH", 0, verifier), hide)


def xls_by_rc4(content: bytes, password: str = EXCELS_OWN) -> bytes:
    """Return an xls file encrypted as Excel 97 did."""
    return _by_rc4(content, DocumentRC4, (password, SALT), b"\1\0\1\0" + SALT, md5)


def xls_by_crypto_api(content: bytes, password: str = EXCELS_OWN) -> bytes:
    """Return an xls file encrypted as Excel 2003 did."""
    info = struct.pack("<HHI", 4, 2, 4) + _crypto_header(_RC4_128, b"")[:-4]
    return _by_rc4(content, DocumentRC4CryptoAPI, (password, SALT, 128), info, sha1)


def _crypto_header(numbers: tuple[int, ...], verifier: bytes) -> bytes:
    header = struct.pack("<II4III", 4, 0, *numbers, 0, 0)
    told = struct.pack("<I", len(SALT)) + SALT + verifier[:16] + struct.pack("<I", 20)
    return struct.pack("<I", len(header)) + header + told + verifier[16:]


def _by_rc4(
    content: bytes,
    cipher: Any,
    arguments: tuple[Any, ...],
    info: bytes,
    digest: Callable[..., Any],
) -> bytes:
    """RC4 hides and shows by the same steps."""
    plain = SALT + digest(SALT).digest()
    verifier = cipher.decrypt(*arguments, io.BytesIO(plain)).read()
    if digest is sha1:
        verifier = verifier[:16] + struct.pack("<I", 20) + verifier[16:]
    return _locked_xls(
        content,
        b"\1\0" + info + verifier,
        lambda stream: cipher.decrypt(*arguments, io.BytesIO(stream), blocksize=1024).read(),
    )


def _locked_xls(content: bytes, told: bytes, hide: Callable[[bytes], bytes]) -> bytes:
    """Put the record about the password behind the first, and hide what is not for all to see."""
    stream = Container(content).stream("Workbook")
    first = _HEAD.size + _HEAD.unpack_from(stream)[1]
    record = _HEAD.pack(0x2F, len(told)) + told
    plain = bytearray(stream[:first] + record + stream[first:])
    end = max(place + _HEAD.size + size for place, kind, size in _records(plain) if kind)
    fill = -end % _HEAD.size  # other programs read the blank rest of the stream as records
    plain[end:] = _HEAD.pack(0, fill) + bytes(fill)
    for place, kind, _ in _records(plain):
        if kind == _SHEET:
            (start,) = struct.unpack_from("<I", plain, place + 4)
            struct.pack_into("<I", plain, place + 4, start + len(record))
    hidden = bytearray(hide(bytes(plain)))
    for place, kind, size in _records(plain):
        shown = 4 + (size if kind in _PLAIN_KINDS else 4 * (kind == _SHEET))
        hidden[place : place + shown] = plain[place : place + shown]
    out = io.BytesIO()
    xlwt.CompoundDoc.XlsDoc().save(out, bytes(hidden))
    return out.getvalue()


def _records(stream: bytes | bytearray) -> list[tuple[int, int, int]]:
    found, place = [], 0
    while place + _HEAD.size <= len(stream):
        kind, size = _HEAD.unpack_from(stream, place)
        found.append((place, kind, size))
        place += _HEAD.size + size
    return found
