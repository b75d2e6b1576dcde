#!/usr/bin/env python3
"""The one command of this repository. It needs Python 3.11 and nothing else.

  python3 dev.py run [OPTIONS OF billing serve]           start the demo in the browser
  python3 dev.py billing [WORDS]                          the command line, on the demo's data
  python3 dev.py test [unit] [integration] [browser]      run all tests, or the named parts
  python3 dev.py check [lint] [types] [imports] [build]   run the other checks
  python3 dev.py assets                                   fetch browser files and font again

The first call makes the environment ``.venv``; later calls start at once. Nothing needs to be
activated. ``pyproject.toml`` says in ``[tool.billing.checks]`` what each test and check runs.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import os
import shlex
import shutil
import subprocess
import sys
import time
import venv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

if sys.version_info < (3, 11):  # noqa: UP036 (the reader may have an older one)
    sys.exit("Python 3.11 or newer is needed; this is " + sys.version.split()[0])

import tomllib

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / "billing-stamp.json"
VENDOR = ROOT / "src/entrypoints/billing_entrypoints/web/static/vendor"
FONTS = ROOT / "src/adapters/billing_adapters/documents/fonts"
INPUTS = (
    "pyproject.toml",
    "constraints.txt",
    "hatch_build.py",
    "frontend/package-lock.json",
    "frontend/assets.json",
)
Environment = Mapping[str, str]
TESTS = ("unit", "integration", "browser")
CHECKS = ("lint", "types", "imports", "build")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
NO_BROWSER = """
######################################################################
##                                                                  ##
##   THE BROWSER TESTS DID NOT RUN: no Chromium or Chrome found.    ##
##                                                                  ##
##   Install one (Debian: apt install chromium fonts-noto-cjk),     ##
##   or name its program in BILLING_BROWSER, then:                  ##
##   python3 dev.py test browser                                    ##
##                                                                  ##
######################################################################
"""


def main(arguments: list[str]) -> int:
    """Do what the first word says; the exit status is 0 only when all of it worked."""
    command, rest = (arguments[0], arguments[1:]) if arguments else ("help", [])
    if command == "run":
        return run_demo([word for word in rest if word != "--"])
    if command == "billing":
        return run_billing(rest)
    if command == "test" and set(rest) <= set(TESTS):
        ensure_environment("test")
        return run_tests(rest or list(TESTS), find_browser())
    if command == "check" and set(rest) <= set(CHECKS):
        ensure_environment("dev")
        return report([run_part(part, os.environ) for part in rest or CHECKS])
    if command == "assets" and not rest:
        return rebuild_assets()
    print(__doc__)
    return 0 if command in {"help", "-h", "--help"} else 2


def run_demo(options: list[str]) -> int:
    """Migrate the database, fill it with demo data unless it has some, and serve."""
    ensure_environment()
    environment = demo_environment(options)
    for step in ("billing migrate", "billing demo"):
        if status := run(step, environment):
            return status
    print("\nIn another terminal, the command line: python3 dev.py billing --help", flush=True)
    return run("billing serve " + shlex.join(options), environment, instead_of_us=True)


def run_billing(words: list[str]) -> int:
    """Run the command line on the demo's data, in the folder and with the files of the caller."""
    ensure_environment()
    program, environment = str(BIN / "billing"), demo_environment()
    if os.name == "posix":
        os.execve(program, [program, *words], environment)  # noqa: S606 (no shell wanted)
    return subprocess.run([program, *words], env=environment, check=False).returncode


def demo_environment(options: Sequence[str] = ()) -> dict[str, str]:
    """Ours with the data in ``var/``, and the address that options of ``serve`` name."""
    parser = argparse.ArgumentParser(prog="dev.py run", add_help=False, allow_abbrev=False)
    parser.add_argument("--host")
    parser.add_argument("--port")
    named = vars(parser.parse_known_args(options)[0])
    address = {f"BILLING_{name.upper()}": value for name, value in named.items() if value}
    return {"BILLING_DATA_DIR": str(ROOT / "var"), **os.environ, **address}


def run_tests(parts: list[str], browser: str | None) -> int:
    """Run the parts one after the other, all of them even when one fails."""
    unseen = "browser" in parts and not browser
    environment = {**os.environ, "BILLING_BROWSER": browser or ""}
    results = [run_part(part, environment) for part in parts if part != "browser" or browser]
    status = report(results)
    if unseen:
        print(NO_BROWSER, flush=True)
        return 1 if os.environ.get("BILLING_REQUIRE_BROWSER") == "1" else status
    return status


def run_part(part: str, environment: Environment) -> tuple[str, bool, float]:
    """Run the commands of one test or check: its name, whether all passed, seconds."""
    started = time.monotonic()
    commands = read_project()["tool"]["billing"]["checks"][part]
    passed = all(run(command, environment) == 0 for command in commands)
    return part, passed, time.monotonic() - started


def report(results: list[tuple[str, bool, float]]) -> int:
    """Print one line per part; 1 when any failed."""
    print()
    for part, passed, seconds in results:
        print(f"{'ok    ' if passed else 'FAILED'} {part} ({seconds:.0f} s)")
    return 0 if all(passed for _, passed, _ in results) else 1


def run(command: str, environment: Environment, *, instead_of_us: bool = False) -> int:
    """Run a command of the environment in the repository's root; its exit status.

    A server takes our place where the system can do that, so that signals reach it.
    """
    print(f"\n$ {command}", flush=True)
    path = os.pathsep.join([str(BIN), environment.get("PATH", os.defpath)])
    words = shlex.split(command)
    program = shutil.which(words[0], path=path) or words[0]
    child = {**environment, "PATH": path, "VIRTUAL_ENV": str(VENV)}
    if instead_of_us and os.name == "posix":
        os.chdir(ROOT)
        os.execve(program, words, child)  # noqa: S606 (no shell wanted)
    return subprocess.run([program, *words[1:]], cwd=ROOT, env=child, check=False).returncode


def ensure_environment(*groups: str) -> None:
    """Make ``.venv`` hold the application and the named groups; nothing to do when it does."""
    installed = read_stamp()
    usable = installed.get("root") == str(ROOT) and PYTHON.exists()
    copied = all((folder / ".stamp").exists() for folder in (VENDOR, FONTS))
    current = copied and installed.get("inputs") == fingerprint()
    if usable and current and set(groups) <= set(installed["groups"]):
        return
    if not usable:
        create_environment()
    wanted = sorted({*groups, *installed.get("groups", [])})
    print("Installing into .venv (less than a minute the first time) ...", flush=True)
    requirements = [line for group in wanted for line in group_requirements(group)]
    install("-e", ".[app]", *requirements)
    stamp = {"inputs": fingerprint(), "root": str(ROOT), "groups": wanted}
    STAMP.write_text(json.dumps(stamp), encoding="utf-8")


def read_stamp() -> dict[str, Any]:
    """What the environment was made from; empty when there is none."""
    try:
        stamp: dict[str, Any] = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp


def fingerprint() -> str:
    """One hash over the files that decide what is installed."""
    content = b"".join((ROOT / name).read_bytes() for name in INPUTS)
    return hashlib.sha256(content).hexdigest()


def create_environment() -> None:
    """Make a new ``.venv``; Debian without python3-venv gets one without pip."""
    with_pip = importlib.util.find_spec("ensurepip") is not None
    if not with_pip and importlib.util.find_spec("pip") is None:
        sys.exit("This Python has neither ensurepip nor pip: apt install python3-venv")
    print("Making the environment .venv ...", flush=True)
    venv.create(VENV, clear=True, with_pip=with_pip, symlinks=os.name != "nt")


def install(*arguments: str) -> None:
    """Let pip install at the versions that constraints.txt pins."""
    own_pip = [str(PYTHON), "-m", "pip"]
    if subprocess.run([*own_pip, "--version"], capture_output=True, check=False).returncode:
        own_pip = [sys.executable, "-m", "pip", "--python", str(PYTHON)]
    options = ["install", "--quiet", "--disable-pip-version-check", "-c", "constraints.txt"]
    done = subprocess.run([*own_pip, *options, *arguments], cwd=ROOT, check=False)
    if done.returncode:
        sys.exit("pip could not install; its message is above")


def read_project() -> dict[str, Any]:
    """The content of pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def group_requirements(name: str) -> list[str]:
    """A dependency group with the groups that it includes: older pips know no ``--group``."""
    requirements = []
    for entry in read_project()["dependency-groups"][name]:
        if isinstance(entry, str):
            requirements.append(entry)
        else:
            requirements += group_requirements(entry["include-group"])
    return requirements


def find_browser() -> str | None:
    """The browser that BILLING_BROWSER names, else the first one on PATH."""
    named = os.environ.get("BILLING_BROWSER")
    candidates = (named,) if named else BROWSERS
    return next((found for name in candidates if (found := shutil.which(name))), None)


def rebuild_assets() -> int:
    """Throw the copied files away and let the build hook fetch them again."""
    ensure_environment()
    for folder in (VENDOR, FONTS):
        shutil.rmtree(folder, ignore_errors=True)
    install("--no-deps", "-e", ".")
    print(f"The browser files are in {VENDOR.relative_to(ROOT)}, the font of receipts in")
    print(FONTS.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
