"""Workbooks that Excel opens without asking are read, those with a password are refused (3.4)."""

import io
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msoffcrypto
import pytest

from billing_adapters.documents.reading.sheet_reader import DocumentSheetReader
from billing_adapters.documents.reading.xls_container import Container
from billing_domain.errors import SheetRefusedError
from tests import locked_workbooks as locked
from tests.workbooks import xls_of_rows, xlsx_of

READER = DocumentSheetReader()
ROWS: list[list[Any]] = [
    ["房屋地址", "费用金额"],
    *[[f"1号楼{number}", number] for number in range(1, 200)],
]
XLSX, XLS = xlsx_of(ROWS), xls_of_rows(ROWS)
Lock = Callable[..., bytes]
WAYS = {
    locked.agile: XLSX,
    locked.standard: XLSX,
    locked.xls_by_xor: XLS,
    locked.xls_by_rc4: XLS,
    locked.xls_by_crypto_api: XLS,
}


def _agile_info(said: bytes, instead: bytes) -> bytes:
    """Return a locked workbook that says something else of its encryption."""
    content = Container(locked.agile(XLSX))
    info = content.stream("EncryptionInfo")
    assert said in info
    return locked.packed(content.stream("EncryptedPackage"), info.replace(said, instead))


def refusal(content: bytes) -> str:
    with pytest.raises(SheetRefusedError) as caught:
        READER.read(content)
    return caught.value.reason


@pytest.mark.parametrize("lock", WAYS, ids=lambda lock: lock.__name__)
class TestEveryWayToLockAWorkbook:
    def test_is_opened_with_excel_s_own_password(self, lock: Lock) -> None:
        assert READER.read(lock(WAYS[lock])) == READER.read(WAYS[lock])

    def test_is_refused_with_a_password_of_the_user(self, lock: Lock) -> None:
        assert refusal(lock(WAYS[lock], "123456")) == "encrypted"

    def test_is_opened_by_another_program_too(self, lock: Lock, tmp_path: Path) -> None:
        path = tmp_path / "locked"
        path.write_bytes(lock(WAYS[lock]))
        with path.open("rb") as file:
            office = msoffcrypto.OfficeFile(file)
            office.load_key(password=locked.EXCELS_OWN)
            out = io.BytesIO()
            office.decrypt(out)

        assert READER.read(out.getvalue()).rows == READER.read(WAYS[lock]).rows


def test_an_xls_file_of_1995_does_not_say_how_it_is_locked() -> None:
    assert READER.read(locked.xls_by_xor(XLS, kind=b"")) == READER.read(XLS)


class TestWhatAFileSaysOfItsEncryption:
    def test_is_refused_when_it_would_hash_without_end(self) -> None:
        """Excel hashes a password 100,000 times; the standard allows ten million."""
        assert refusal(locked.agile(XLSX, spins=200_001)) == "encrypted"

    @pytest.mark.parametrize(
        ("said", "instead"),
        [
            (b'keyBits="256"', b'keyBits="999999999"'),
            (b"saltValue", b"sallValue"),
            (b'spinCount="10"', b'spinCount="-1"'),
            (b'spinCount="10"', b'spinCount="' + b"9" * 1_000 + b'"'),
            (b'encryptedKeyValue="', b'encryptedKeyValue="A'),
            (b"SHA512", b"MD5"),
        ],
    )
    def test_is_refused_when_it_makes_no_sense(self, said: bytes, instead: bytes) -> None:
        assert refusal(_agile_info(said, instead)) == "encrypted"

    def test_is_refused_with_a_document_type(self) -> None:
        hostile = b'<!DOCTYPE a [<!ENTITY b "ha">]><encryption'

        assert refusal(_agile_info(b"<encryption", hostile)) == "damaged"

    @pytest.mark.parametrize("version", [(4, 3), (0, 0), (3, 3), (65_535, 2)])
    def test_is_refused_in_an_unknown_version(self, version: tuple[int, int]) -> None:
        assert refusal(locked.packed(b"x" * 64, struct.pack("<HHI", *version, 0))) == "encrypted"

    @pytest.mark.parametrize("kept", [0, 4, 12, 44, 60, 100])
    def test_is_refused_when_it_breaks_off(self, kept: int) -> None:
        content = Container(locked.standard(XLSX))
        info, package = content.stream("EncryptionInfo"), content.stream("EncryptedPackage")

        assert refusal(locked.packed(package, info[:kept])) == "encrypted"
