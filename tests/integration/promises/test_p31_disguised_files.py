"""P31: a file is what its bytes are; it is read or refused clearly, and reaches for nothing."""

from __future__ import annotations

import io
import socket
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.databases import ONE_KIND
from tests.html_page import read_html
from tests.website import Visitor, Website
from tests.workbooks import (
    DECLARATION,
    RELATIONS_PART,
    SHEET_PART,
    cell,
    relations_xml,
    renamed_stream,
    sheet_xml,
    xls_of_rows,
    xlsx,
    xlsx_of,
    zipped,
)
from tests.world import HEADER

ROW = ("1号楼/1单元/101", "水费", "12.50", "2026年1月", "2026年1月", "")
TEXT = "\r\n".join(",".join(line) for line in (HEADER, ROW))  # type: ignore[arg-type]


def with_macros(content: bytes) -> bytes:
    """Return a workbook with a program inside that wants to run at opening."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    return zipped({**files, "xl/vbaProject.bin": b"Sub Auto_Open()\nEnd Sub"})


READABLE: Mapping[str, tuple[str, bytes]] = {
    "csv in UTF-8": ("a.csv", TEXT.encode()),
    "csv in UTF-8 with its mark": ("a.csv", TEXT.encode("utf-8-sig")),
    "csv in GB18030": ("a.csv", TEXT.encode("gb18030")),
    "csv in UTF-16": ("a.csv", TEXT.encode("utf-16")),
    "xlsx named csv": ("a.csv", xlsx_of([HEADER, ROW])),
    "xls named xlsx": ("a.xlsx", xls_of_rows([HEADER, ROW])),
    "xlsx with macros": ("a.xlsm", with_macros(xlsx_of([HEADER, ROW]))),
}
UNREADABLE: Mapping[str, tuple[str, bytes]] = {
    "a page named xls": ("a.xls", b"<html><body><table><tr><td>1</td></tr></table></body></html>"),
    "text in no encoding we read": ("a.csv", TEXT.encode("euc-jp", "ignore") + b"\xff\xff"),
    "a picture": ("a.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(500)),
    "an encrypted workbook": ("a.xlsx", renamed_stream(xls_of_rows([HEADER]), "EncryptedPackage")),
    "a workbook cut off": ("a.xlsx", xlsx_of([HEADER, ROW])[:700]),
    "an archive of something else": ("a.xlsx", zipped({"a.txt": "x"})),
}


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A server that waits for anybody to call."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.2)
        yield listening


class TestP31DisguisedFiles:
    @pytest.mark.parametrize("kind", READABLE)
    def test_p31_are_read_as_what_they_are(self, site: Website, boss: Visitor, kind: str) -> None:
        name, content = READABLE[kind]
        preview = site.send(boss, content, name)
        boss.post(f"{preview.request.url.path}/batch")

        assert site.amounts() == [1_250]

    @ONE_KIND
    @pytest.mark.parametrize("kind", UNREADABLE)
    def test_p31_are_refused_with_the_reason(
        self, site: Website, boss: Visitor, kind: str
    ) -> None:
        name, content = UNREADABLE[kind]
        answer = site.send(boss, content, name)

        alert = read_html(answer.text).one(role="alert").text
        assert ("密码" in alert) is ("encrypted" in kind)
        assert answer.status_code < 500
        assert site.amounts() == []

    @ONE_KIND
    def test_p31_reach_neither_for_files_nor_for_the_network(
        self, site: Website, boss: Visitor, tmp_path: Path, listener: socket.socket
    ) -> None:
        secret = tmp_path / "secret.txt"
        secret.write_text("the secret of this machine")
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/x"
        pages = [
            site.send(boss, hostile).text
            for target in (secret.as_uri(), address)
            for hostile in (entity(target), external(target))
        ]

        assert not [page for page in pages if "secret of this machine" in page]
        with pytest.raises(TimeoutError):
            listener.accept()
        assert site.amounts() == []

    def test_p31_would_be_heard_calling(self, listener: socket.socket) -> None:
        """The control: without a caller the listener times out, as above."""
        with socket.create_connection(listener.getsockname()):
            caller, _ = listener.accept()
            caller.close()


def entity(target: str) -> bytes:
    """A workbook whose first cell wants the text of something elsewhere."""
    declared = f'<!DOCTYPE a [<!ENTITY b SYSTEM "{target}">]>'
    sheet = sheet_xml(cell("A1", "&b;")).replace(DECLARATION, DECLARATION + declared)
    return xlsx(**{SHEET_PART: sheet})


def external(target: str) -> bytes:
    """A workbook whose sheet is said to be somewhere else."""
    relations = relations_xml(("rId1", "worksheet", target), more='TargetMode="External"')
    return xlsx(**{RELATIONS_PART: relations})
