"""Files that a command is given or asked to write."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from billing_domain.ports.documents import FILE_BYTES_MAX
from billing_entrypoints.cli.session import CommandRefusedError
from billing_entrypoints.words.commands import FILES


def read_upload(name: str) -> bytes:
    """Return a file's content, cut just above the largest upload, which is refused anyway.

    Raises CommandRefusedError for a file that is not there or can't be read.
    """
    path = Path(name)
    try:
        if path.is_dir():
            raise _refusal("file_unreadable", "read_folder", name)
        with path.open("rb") as file:
            return file.read(FILE_BYTES_MAX + 1)
    except FileNotFoundError as error:
        raise _refusal("file_not_found", "not_found", name) from error
    except PermissionError as error:
        raise _refusal("file_unreadable", "unreadable", name) from error
    except (OSError, ValueError) as error:
        raise _refusal("file_unreadable", "read", name, error) from error


def write_file(name: str, content: bytes) -> Path:
    """Write a whole file or none, replacing one of that name; raise CommandRefusedError."""
    path = Path(name)
    try:
        if path.is_dir():
            raise _refusal("file_unwritable", "write_folder", name)
        draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        try:
            draft.write_bytes(content)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    except FileNotFoundError as error:
        raise _refusal("file_unwritable", "no_folder", path.parent) from error
    except PermissionError as error:
        raise _refusal("file_unwritable", "unwritable", name) from error
    except (OSError, ValueError) as error:
        raise _refusal("file_unwritable", "write", name, error) from error
    return path


def _refusal(
    code: str, reason: str, name: object, error: OSError | ValueError | None = None
) -> CommandRefusedError:
    return CommandRefusedError(code, FILES[reason].format(name=name, why=_why(error)))


def _why(error: OSError | ValueError | None) -> str:
    if isinstance(error, OSError) and error.errno is not None:
        return os.strerror(error.errno)
    return str(error)
