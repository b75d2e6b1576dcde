"""Build the wheel, install it with attrs alone in a clean environment, and use it there.

Shows what no other test can: that the wheel carries every file, that the domain really needs
nothing but attrs, and that our packages and other people's ``adapters`` and ``entrypoints`` can
be imported side by side. Run it with ``python3 dev.py check build``.
"""

import subprocess
import sys
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[1]
CARRIED = {
    "billing_adapters/documents/fonts/NotoSansSC-Regular.ttf",
    "billing_adapters/documents/fonts/OFL.txt",
    "billing_adapters/py.typed",
    "billing_domain/py.typed",
    "billing_entrypoints/py.typed",
    "billing_entrypoints/web/static/vendor/.stamp",
    "billing_entrypoints/web/static/vendor/icons.svg",
    "billing_entrypoints/web/static/vendor/js/htmx.min.js",
}
TOP_LEVEL = {"billing_domain", "billing_adapters", "billing_entrypoints"}
# Distributions and packages of other people that use the names of our top-level folders.
STRANGER = "entrypoints==0.4"
NEIGHBOURS = """
import adapters, billing_adapters, billing_domain, billing_entrypoints, entrypoints
assert adapters.OWNER == "somebody else", adapters
assert entrypoints.__version__ == "0.4", entrypoints
"""
# What another property system does with its own rows.
EMBEDDER = """
import sys
at_start = set(sys.modules)
from billing_domain.model.imports.bill_sheet import read_bill_sheet
from billing_domain.model.company.community import CommunityId
from billing_domain.model.houses.house import AddressBook, House, HouseAddress, HouseId
from billing_domain.model.imports.profile import STANDARD
from billing_domain.model.sheet import SheetTable

house = House(HouseId("0" * 32), CommunityId("1" * 32), HouseAddress.parse("1号楼/1层/101"))
sheet = read_bill_sheet(
    SheetTable([
        ["房屋地址", "费用类型", "费用金额", "开始时间", "结束时间", "备注"],
        ["幸福家园/1栋1层101", "物业费", 1.005, "2026年01月", "2026年02月", ""],
        ["幸福家园/1栋1层102", "水费", "30", "2026年01月", "2026年02月", ""],
    ]),
    STANDARD,
    AddressBook("幸福家园", [house]),
)
assert [draft.amount.fen for draft in sheet.drafts] == [101], sheet
assert [problem.code for problem in sheet.problems] == ["house_not_found"], sheet
imported = {name.split(".")[0] for name in set(sys.modules) - at_start}
assert imported - sys.stdlib_module_names == {"attr", "attrs", "billing_domain"}, imported
"""


def main() -> None:
    """Build, look inside, install, use; any failure ends the program with its message."""
    with TemporaryDirectory() as folder:
        environment = Path(folder, "clean")
        run(sys.executable, "-m", "virtualenv", "--quiet", str(environment))
        python = str(environment / ("Scripts" if sys.platform == "win32" else "bin") / "python")
        run(python, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", folder, str(ROOT))
        [wheel] = Path(folder).glob("*.whl")
        names = zipfile.ZipFile(wheel).namelist()
        assert not CARRIED - set(names), CARRIED - set(names)
        packages = {name.split("/")[0] for name in names if ".dist-info/" not in name}
        assert packages == TOP_LEVEL, packages
        install(python, str(wheel))
        run(python, "-I", "-c", EMBEDDER)
        install(python, STRANGER)
        [site_packages] = environment.glob("[Ll]ib/**/site-packages")
        stranger = site_packages / "adapters/__init__.py"
        stranger.parent.mkdir()
        stranger.write_text("OWNER = 'somebody else'\n", encoding="utf-8")
        run(python, "-I", "-c", NEIGHBOURS)
        print(f"{wheel.name} carries its files, works with attrs alone and beside others' names")


def install(python: str, requirement: str) -> None:
    """Install a package at the versions that constraints.txt pins."""
    run(python, "-m", "pip", "install", "--quiet", "-c", "constraints.txt", requirement)


def run(*command: str) -> None:
    """Run a command in the repository's root; raise CalledProcessError when it fails."""
    subprocess.run(command, cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
