"""P32: the name of an upload is never a path, and no name breaks out of a header."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

import pytest

from billing_domain.model.imports.upload import UploadKind
from tests.databases import ONE_KIND
from tests.website import Visitor, Website
from tests.workbooks import xlsx_of
from tests.world import HEADER

BAD = xlsx_of([HEADER, ("nowhere", "水费", "x", "y", "z", "")])
NAMES = {
    "leads out of the folder": "../../../../escaped.xlsx",
    "leads out of a Windows folder": "..\\..\\escaped.xlsx",
    "is absolute": "/escaped.xlsx",
    "breaks the header": 'a"\r\nSet-Cookie: staff=planted\r\n\r\n<b>.xlsx',
    "holds a NUL": "a\x00b.xlsx",
    "is 300 characters long": "长" * 300 + ".xlsx",
    "is no name at all": "..",
}


class TestP32FileNames:
    @ONE_KIND
    @pytest.mark.parametrize("kind", NAMES)
    def test_p32_do_no_harm_on_the_page(
        self, site: Website, boss: Visitor, tmp_path: Path, kind: str
    ) -> None:
        before = everything_under(tmp_path.parent)

        answer = site.send(boss, BAD, NAMES[kind])
        errors = boss.get(f"{answer.request.url.path}/errors")

        assert answer.status_code in {200, 422}
        assert_harmless(errors.headers)
        assert everything_under(tmp_path.parent) == before

    @ONE_KIND
    @pytest.mark.parametrize("kind", NAMES)
    def test_p32_do_no_harm_when_a_browser_sends_them_raw(
        self, site: Website, kind: str, tmp_path: Path
    ) -> None:
        """A browser escapes line breaks in names; an attacker does not."""
        boss, before = site.visitor(), everything_under(tmp_path.parent)
        boss.sign_in(site.staff_account(login_name="boss").login_name)
        upload = site.application.stage_uploads.add(
            site.admin,
            kind=UploadKind.BILLS,
            community_id=site.community.id,
            profile_key="standard",
            file_name=NAMES[kind],
            content=BAD,
        )
        errors = boss.get(f"/staff/imports/uploads/{upload.id}/errors")

        assert errors.status_code == 200
        assert_harmless(errors.headers)
        assert everything_under(tmp_path.parent) == before


def assert_harmless(headers: object) -> None:
    """One disposition of a plain and an encoded name, and no header of the attacker's."""
    found = dict(headers.items())  # type: ignore[attr-defined]
    assert "planted" not in found.get("set-cookie", "")
    disposition = found.get("content-disposition")
    if disposition is None:
        return
    assert disposition.startswith("attachment; filename")
    assert disposition.isascii()
    assert disposition.isprintable()
    assert disposition.count('"') in {0, 2}
    name = unquote(disposition.rpartition("''")[2])
    assert not {"/", "\\", "\r", "\n", "\0"} & set(name)


def everything_under(folder: Path) -> set[Path]:
    """Every file around the one folder that the application may write to."""
    return {each for each in folder.rglob("*") if "sqlite" not in each.name}
