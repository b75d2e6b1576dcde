"""The files the browser is sent: addresses that change with the content, and a check at start."""

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Final

STATIC_FOLDER: Final = Path(__file__).parent / "static"
STATIC_URL: Final = "/static/"


class AssetsMissingError(RuntimeError):
    """Files that the build copies from npm packages are absent or damaged."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"{problem}; run: python3 dev.py assets")


def asset(path: str, *, folder: Path = STATIC_FOLDER) -> str:
    """The address of a static file, such as ``/static/css/staff.css?v=0123456789``.

    The version is the first 10 hexadecimal digits of the content's SHA-256, so browsers may keep
    the file for ever. Raises FileNotFoundError for a file that is not there.
    """
    file = folder / path
    facts = file.stat()
    return f"{STATIC_URL}{path}?v={_digest(file, facts.st_mtime_ns, facts.st_size)[:10]}"


def verify_assets(folder: Path = STATIC_FOLDER) -> None:
    """Raise AssetsMissingError unless every file that the build noted is there, unchanged.

    Called once at start: a server that would send unstyled pages must not start.
    """
    vendor = folder / "vendor"
    try:
        files = json.loads((vendor / ".stamp").read_text(encoding="utf-8"))["files"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise AssetsMissingError("the browser files were not built") from error
    for name, expected in files.items():
        path = vendor / name
        if not path.is_file() or _sha256(path) != expected:
            raise AssetsMissingError(f"the browser file {name} is missing or damaged")


@lru_cache(maxsize=256)
def _digest(file: Path, _changed_ns: int, _size: int) -> str:
    # Time and size are part of the key, so that an edited stylesheet gets a new address at once.
    return _sha256(file)


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
