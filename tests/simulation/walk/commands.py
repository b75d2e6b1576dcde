"""The command line: every help, the README's script, wrong words, refused inputs."""

import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import attrs

from tests.simulation.walk.answers import PDF_PAGE, cells_of
from tests.simulation.walk.checkout import Outcome, Site
from tests.simulation.walk.sheets import (
    BAD_BILLS,
    BAD_RESIDENTS,
    BILL_HEADER,
    GOOD_BILL,
    GOOD_RESIDENT,
    RESIDENT_HEADER,
    csv_of,
)
from tests.simulation.walk.steps import Record
from tests.workbooks import xlsx_of

TOGETHER = 2
COMMAND = re.compile(r"^ {4}([a-z][a-z-]+)(?: |$)", re.MULTILINE)
BILL_NUMBER = re.compile(r"20\d{19}")
HERE = ("--community", "海棠湾")
ELSEWHERE = ("--community", "走查家园")
USAGE: Sequence[Sequence[str]] = (
    (),
    ("nothing",),
    ("company",),
    ("company", "create"),
    ("bills", "list"),
    ("bills", "list", *HERE, "--state", "gold"),
    ("bills", "list", *HERE, "--limit", "x"),
    ("bills", "list", "--community", "没有"),
    ("bills", "list", *HERE, "--company", "没有"),
    ("preview", "nothing.csv", *HERE),
    ("serve", "--port", "x"),
    ("payments", "show", "1"),
    ("receipts", "1", "--out", "a.pdf"),
    ("outbox", "retry", "1"),
    ("template", *HERE, "--out", "no/such/folder/a.xlsx"),
)
READ: Sequence[Sequence[str]] = (
    ("company", "list"),
    ("community", "list"),
    ("community", "list", "--company", "阳光物业"),
    ("bills", "list", *HERE, "--query", "宜君"),
    ("bills", "list", *HERE, "--limit", "50"),
    ("bills", "list", "--community", "幸福家园", "--query", "1号楼", "--state", "pending"),
    ("payments", "verify"),
    ("outbox", "list"),
    ("demo",),
    ("migrate",),
    ("remind", "--community", "幸福家园", "--query", "1号楼", "--dry-run"),
)
SCRIPT: Sequence[Sequence[str]] = (
    ("company", "create", "走查物业"),
    ("company", "create", "走查物业"),
    ("company", "create", ""),
    ("community", "create", "走查家园", "--company", "走查物业"),
    ("community", "create", "走查家园", "--company", "走查物业"),
    ("community", "create", "未开通园", "--company", "走查物业", "--not-opened"),
    ("residents", "import", "bad-residents.csv", *ELSEWHERE),
    ("residents", "import", "residents.xlsx", *ELSEWHERE),
    ("template", *ELSEWHERE, "--out", "bills-template.xlsx"),
    ("template", *ELSEWHERE, "--kind", "residents", "--out", "residents-template.xlsx"),
    ("preview", "bad-bills.xlsx", *ELSEWHERE),
    ("preview", "bills.csv", *ELSEWHERE),
    ("preview", "bills.csv", *ELSEWHERE, "--template", "newsee"),
    ("preview", "broken.xlsx", *ELSEWHERE),
    ("import", "bad-bills.xlsx", *ELSEWHERE),
    ("import", "bills.csv", *ELSEWHERE, "--request-key", "walk"),
    ("import", "bills.csv", *ELSEWHERE, "--request-key", "walk"),
    ("import", "bills.csv", *ELSEWHERE),
    ("import", "bills.csv", *ELSEWHERE, "--confirm-warnings", "--confirm-same-file"),
    ("bills", "list", *ELSEWHERE, "--query", "88"),
    ("remind", *ELSEWHERE),
    ("remind", "--community", "幸福家园", "--query", "4号楼"),
    ("worker", "--once"),
    ("settle-open",),
    ("check-statements",),
)
STAFF = ("staff", "create", "walk-limin", "--company", "走查物业", "--name", "李敏")


@attrs.frozen
class Commands:
    """Runs commands in one folder and writes their outcomes down."""

    site: Site
    record: Record
    folder: Path

    def run(self) -> None:
        """Run everything, for people and as JSON."""
        self._write_sheets()
        self._run_together(self._helps())
        self._run_together([*USAGE, *READ, *((*words, "--json") for words in READ)])
        for words in SCRIPT:
            self._run(*words)
        self._run("preview", "bad-bills.xlsx", *ELSEWHERE, "--json")
        self._run("import", "bad-bills.xlsx", *ELSEWHERE, "--json")
        for role in ("国王", "管理员", "财务"):
            self._run(*STAFF, "--role", role, "--password-stdin", typed="walk-password-1\n")
        self._receipts()
        self._files()

    def run_fresh(self) -> None:
        """Fill a new database with demo data; the order within a file of bills is by chance."""
        commands: Sequence[Sequence[str]] = (("bills", "list", *HERE), ("migrate",), ("demo",))
        for words in (*commands, ("demo",)):
            self._run(*words, note=" (new database)")
        for community in ("海棠湾", "幸福家园"):
            words = ("bills", "list", "--community", community, "--limit", "500")
            outcome = self.site.billing(*words)
            lines = sorted(BILL_NUMBER.sub("<bill>", outcome.output).splitlines())
            self.record.add(f"billing {' '.join(words)} (new database)", lines)

    def check_books(self) -> None:
        """Ask whether money and bills agree after all that was done."""
        for words in (("payments", "verify"), ("outbox", "list"), ("community", "list")):
            self._run(*words, note=" (after the pages)")

    def _helps(self) -> list[Sequence[str]]:
        """Return what asks for help on everything that has some."""
        commands = COMMAND.findall(self._run("--help"))
        texts = self._run_together([(command, "--help") for command in commands])
        return [
            ("--version",),
            *(
                (command, action, "--help")
                for command, text in zip(commands, texts, strict=True)
                for action in COMMAND.findall(text)
            ),
        ]

    def _run_together(self, commands: Sequence[Sequence[str]]) -> list[str]:
        """Run commands that change nothing side by side; return what each printed."""
        with ThreadPoolExecutor(TOGETHER) as pool:
            outcomes = list(pool.map(lambda words: self._outcome(*words), commands))
        for words, outcome in zip(commands, outcomes, strict=True):
            self._keep(words, outcome)
        return [outcome.output for outcome in outcomes]

    def _run(self, *words: str, typed: str = "", note: str = "") -> str:
        outcome = self._outcome(*words, typed=typed)
        self._keep(words, outcome, note)
        return outcome.output

    def _outcome(self, *words: str, typed: str = "") -> Outcome:
        return self.site.billing(*words, typed=typed, folder=self.folder)

    def _keep(self, words: Sequence[str], outcome: Outcome, note: str = "") -> None:
        lines = [f"status: {outcome.status}"]
        lines += [f"out: {line.rstrip()}" for line in outcome.output.splitlines()]
        lines += [f"err: {line.rstrip()}" for line in outcome.errors.splitlines()]
        self.record.add(f"billing {' '.join(words)}{note}", lines)

    def _write_sheets(self) -> None:
        bill = (GOOD_BILL,)
        for name, content in (
            ("bills.csv", csv_of(BILL_HEADER, bill)),
            ("bad-bills.xlsx", xlsx_of([BILL_HEADER, *bill, *BAD_BILLS])),
            ("residents.xlsx", xlsx_of([RESIDENT_HEADER, GOOD_RESIDENT])),
            ("bad-residents.csv", csv_of(RESIDENT_HEADER, BAD_RESIDENTS)),
            ("broken.xlsx", b"\x00\x01"),
        ):
            (self.folder / name).write_bytes(content)

    def _receipts(self) -> None:
        words = ("bills", "list", "--community", "幸福家园", "--state", "paid", "--limit", "2")
        numbers = BILL_NUMBER.findall(self.site.billing(*words).output)
        self._run("receipts", *numbers, "--out", "receipts.pdf")

    def _files(self) -> None:
        for file in sorted(self.folder.glob("*template.xlsx")):
            self.record.add(f"file {file.name}", cells_of(file.read_bytes()))
        for file in sorted(self.folder.glob("*.pdf")):
            self.record.add(f"file {file.name}", self._pages(file))

    def _pages(self, file: Path) -> Iterator[str]:
        yield f"pages: {len(PDF_PAGE.findall(file.read_bytes()))}"
