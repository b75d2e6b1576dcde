"""Finished files in a folder of this machine."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from billing_domain.ports.documents import FileStore

_NAME: Final = re.compile(r"[0-9a-f]{32}")


class LocalFileStore(FileStore):
    """Keeps files in one folder, which it makes; nobody else on the machine may look into it.

    Several processes may share the folder. Raises OSError when the folder can't be made.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def path(self, name: str) -> Path:
        if _NAME.fullmatch(name) is None:
            raise ValueError("a stored file's name is 32 hex digits")
        return self._folder / name

    def remove(self, name: str) -> None:
        self.path(name).unlink(missing_ok=True)
