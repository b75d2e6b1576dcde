"""The folder of finished files, and what never becomes a path in it."""

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing_adapters.system.file_store import LocalFileStore

NAME = "0123456789abcdef0123456789abcdef"


class TestPath:
    def test_is_in_the_folder_that_it_makes(self, tmp_path: Path) -> None:
        store = LocalFileStore(tmp_path / "data" / "exports")

        store.path(NAME).write_bytes(b"content")

        assert (tmp_path / "data" / "exports" / NAME).read_bytes() == b"content"

    def test_is_shared_by_everyone_who_opens_the_folder(self, tmp_path: Path) -> None:
        LocalFileStore(tmp_path).path(NAME).write_bytes(b"content")

        assert LocalFileStore(tmp_path).path(NAME).read_bytes() == b"content"

    def test_lies_where_nobody_else_may_look(self, tmp_path: Path) -> None:
        LocalFileStore(tmp_path / "exports")

        assert stat.S_IMODE((tmp_path / "exports").stat().st_mode) & 0o077 == 0

    @pytest.mark.parametrize(
        "name",
        ["", "..", "../" + NAME, NAME + "/..", NAME.upper(), NAME[:-1], NAME + "0", NAME + "\n"],
    )
    def test_is_refused_for_any_other_name(self, tmp_path: Path, name: str) -> None:
        """Promise P32: nothing from outside becomes a path."""
        with pytest.raises(ValueError, match="32 hex digits"):
            LocalFileStore(tmp_path).path(name)

    @given(name=st.text())
    def test_never_leaves_the_folder(
        self, tmp_path_factory: pytest.TempPathFactory, name: str
    ) -> None:
        folder = tmp_path_factory.getbasetemp()
        store = LocalFileStore(folder)

        try:
            path = store.path(name)
        except ValueError:
            return

        assert path.parent == folder


class TestRemove:
    def test_forgets_the_file(self, tmp_path: Path) -> None:
        store = LocalFileStore(tmp_path)
        store.path(NAME).write_bytes(b"content")

        store.remove(NAME)

        assert not store.path(NAME).exists()

    def test_is_silent_when_there_is_none(self, tmp_path: Path) -> None:
        LocalFileStore(tmp_path).remove(NAME)

    def test_refuses_any_other_name(self, tmp_path: Path) -> None:
        (tmp_path / "precious").write_bytes(b"content")

        with pytest.raises(ValueError, match="32 hex digits"):
            LocalFileStore(tmp_path / "exports").remove("../precious")

        assert (tmp_path / "precious").exists()
