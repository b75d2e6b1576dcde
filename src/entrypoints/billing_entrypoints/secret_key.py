"""The key that secrets are encrypted under, where an operator gave none: made once, kept."""

from __future__ import annotations

import base64
import binascii
import os
import secrets
from pathlib import Path
from typing import Final

KEY_FILE: Final = "secret.key"
_KEY_BYTES: Final = 32


def is_key(text: str) -> bool:
    """Tell whether a text is 32 bytes in URL-safe base64."""
    try:
        return len(base64.b64decode(text, altchars=b"-_", validate=True)) == _KEY_BYTES
    except (binascii.Error, ValueError):
        return False


def stored_key(folder: Path) -> str:
    """Return the key in a folder, making both the first time, readable by their owner alone.

    Processes that start together get the same one. Raises OSError when it can't be kept, and
    ValueError when the file holds something else: a lost key must not be replaced silently.
    """
    file = folder / KEY_FILE
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not file.exists():
        _write_once(file, base64.urlsafe_b64encode(secrets.token_bytes(_KEY_BYTES)))
    text = file.read_text(encoding="ascii", errors="replace").strip()
    if not is_key(text):
        raise ValueError("the file holds no key")
    return text


def _write_once(file: Path, content: bytes) -> None:
    """Write a whole file unless another process wrote it meanwhile."""
    draft = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
