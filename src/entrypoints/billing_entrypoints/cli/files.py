"""Files that a command is given or asked to write."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from billing_domain.ports.documents import FILE_BYTES_MAX
from billing_entrypoints.cli.session import CommandRefusedError


def read_upload(name: str) -> bytes:
    """Return a file's content, cut just above the largest upload, which is refused anyway.

    Raises CommandRefusedError for a file that is not there or can't be read.
    """
    path = Path(name)
    try:
        if path.is_dir():
            raise CommandRefusedError("file_unreadable", f"“{name}”是文件夹，请给出表格文件")
        with path.open("rb") as file:
            return file.read(FILE_BYTES_MAX + 1)
    except FileNotFoundError as error:
        raise CommandRefusedError("file_not_found", f"找不到文件“{name}”") from error
    except PermissionError as error:
        raise CommandRefusedError("file_unreadable", f"没有权限读取“{name}”") from error
    except (OSError, ValueError) as error:
        raise CommandRefusedError("file_unreadable", f"读不了“{name}”（{_why(error)}）") from error


def write_file(name: str, content: bytes) -> Path:
    """Write a whole file or none, replacing one of that name; raise CommandRefusedError."""
    path = Path(name)
    try:
        if path.is_dir():
            raise CommandRefusedError("file_unwritable", f"“{name}”是文件夹，请写出文件名")
        draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        try:
            draft.write_bytes(content)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    except FileNotFoundError as error:
        raise CommandRefusedError("file_unwritable", f"文件夹“{path.parent}”不存在") from error
    except PermissionError as error:
        raise CommandRefusedError("file_unwritable", f"没有权限写入“{name}”") from error
    except (OSError, ValueError) as error:
        raise CommandRefusedError("file_unwritable", f"写不了“{name}”（{_why(error)}）") from error
    return path


def _why(error: OSError | ValueError) -> str:
    if isinstance(error, OSError) and error.errno is not None:
        return os.strerror(error.errno)
    return str(error)
