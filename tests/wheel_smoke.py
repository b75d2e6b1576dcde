"""Build the wheel, install it with attrs alone in a clean environment, and use it there.

Shows what no other test can: that the wheel carries every file, and that the domain really
needs nothing but attrs. Run it with ``python3 dev.py check build``.
"""

import subprocess
import sys
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[1]
CARRIED = {
    "adapters/documents/fonts/NotoSansSC-Regular.ttf",
    "adapters/documents/fonts/OFL.txt",
    "adapters/py.typed",
    "billing_domain/py.typed",
    "entrypoints/py.typed",
    "entrypoints/web/static/vendor/.stamp",
    "entrypoints/web/static/vendor/icons.svg",
    "entrypoints/web/static/vendor/js/htmx.min.js",
}
# What another property system does with its own rows.
EMBEDDER = """
import sys
at_start = set(sys.modules)
from billing_domain.model.bill_sheet import read_bill_sheet
from billing_domain.model.community import CommunityId
from billing_domain.model.house import AddressBook, House, HouseAddress, HouseId
from billing_domain.model.import_profile import STANDARD
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
        missing = CARRIED - set(zipfile.ZipFile(wheel).namelist())
        assert not missing, missing
        run(python, "-m", "pip", "install", "--quiet", "-c", "constraints.txt", str(wheel))
        run(python, "-I", "-c", EMBEDDER)
        print(f"{wheel.name} carries its files and works with attrs alone")


def run(*command: str) -> None:
    """Run a command in the repository's root; raise CalledProcessError when it fails."""
    subprocess.run(command, cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
