import json
import re
import xml.etree.ElementTree as ET
from hashlib import sha256
from pathlib import Path

import pytest

from billing_entrypoints.web.assets import STATIC_FOLDER, AssetsMissingError, asset, verify_assets

SVG = "{http://www.w3.org/2000/svg}"
WANTED = json.loads(
    (Path(__file__).parents[3] / "frontend/assets.json").read_text(encoding="utf-8")
)


class TestAsset:
    def test_carries_the_hash_of_the_content(self, tmp_path: Path) -> None:
        (tmp_path / "staff.css").write_bytes(b"a { color: red }")

        url = asset("staff.css", folder=tmp_path)

        assert url == "/static/staff.css?v=" + sha256(b"a { color: red }").hexdigest()[:10]

    def test_changes_with_the_content(self, tmp_path: Path) -> None:
        (tmp_path / "staff.css").write_text("a { color: red }")
        before = asset("staff.css", folder=tmp_path)
        (tmp_path / "staff.css").write_text("a { color: blue }")

        assert asset("staff.css", folder=tmp_path) != before

    def test_refuses_a_file_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError):
            asset("missing.css", folder=tmp_path)


class TestVerifyAssets:
    def test_accepts_what_the_build_made(self) -> None:
        verify_assets()

    def test_names_the_remedy_when_nothing_was_built(self, tmp_path: Path) -> None:
        with pytest.raises(AssetsMissingError, match=r"run: python3 dev\.py assets"):
            verify_assets(tmp_path)

    @pytest.mark.parametrize("content", ["", "{}", "[1]", "not json"])
    def test_refuses_a_stamp_that_says_nothing(self, tmp_path: Path, content: str) -> None:
        vendor = tmp_path / "vendor"
        vendor.mkdir()
        (vendor / ".stamp").write_text(content)

        with pytest.raises(AssetsMissingError):
            verify_assets(tmp_path)

    @pytest.mark.parametrize("damage", [None, b"half a fi"])
    def test_refuses_a_missing_or_damaged_file(self, tmp_path: Path, damage: bytes | None) -> None:
        vendor = tmp_path / "vendor"
        vendor.mkdir()
        stamp = {"inputs": "", "files": {"htmx.js": sha256(b"half a file").hexdigest()}}
        (vendor / ".stamp").write_text(json.dumps(stamp))
        if damage is not None:
            (vendor / "htmx.js").write_bytes(damage)

        with pytest.raises(AssetsMissingError, match=r"htmx\.js"):
            verify_assets(tmp_path)


class TestBrowserFiles:
    """What hatch_build.py left in the vendor folder."""

    def test_hold_every_file_that_is_wanted(self) -> None:
        stamp = json.loads((STATIC_FOLDER / "vendor/.stamp").read_text(encoding="utf-8"))

        assert set(stamp["files"]) == {*WANTED["files"], WANTED["sprite"]["file"]}

    def test_come_with_the_licence_of_each_package(self) -> None:
        packages = {source.split("/")[0] for source in WANTED["files"].values()}
        licensed = {
            source.split("/")[0]
            for name, source in WANTED["files"].items()
            if name.startswith("licences/")
        }

        assert licensed == {*packages, WANTED["sprite"]["folder"].split("/")[0]}

    def test_have_every_icon_as_a_symbol_that_browsers_scale(self) -> None:
        symbols = list(sprite())

        assert [symbol.get("id") for symbol in symbols] == WANTED["sprite"]["icons"]
        assert all(re.fullmatch(r"0 0 2\d 2\d", symbol.get("viewBox", "")) for symbol in symbols)
        assert all(len(symbol) for symbol in symbols)

    def test_have_no_id_twice_in_the_sprite(self) -> None:
        ids = [node.get("id") for node in sprite().iter() if node.get("id")]

        assert len(ids) == len(set(ids))

    def test_need_no_inline_style(self) -> None:
        assert not [node for node in sprite().iter() if "style" in node.attrib]


def sprite() -> ET.Element:
    root = ET.parse(STATIC_FOLDER / "vendor/icons.svg").getroot()  # noqa: S314 (our own)
    assert root.tag == f"{SVG}svg"
    return root
