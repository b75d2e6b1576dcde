"""Sheets as clerks upload them, by what is odd about them: what becomes of every one.

Each folder of `tests/data/sheets` is one kind, named in plain words; its `expected.json` says for
each file which rows would be imported and which problems are told (rules 3.3-3.15).
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from billing_adapters.documents.reading.sheet_reader import DocumentSheetReader
from billing_domain.errors import BillingError
from billing_domain.model.company.community import CommunityId
from billing_domain.model.houses.house import AddressBook, House, HouseAddress, HouseId
from billing_domain.model.imports.bill_row import BillDraft
from billing_domain.model.imports.bill_sheet import BillSheet, read_bill_sheet
from billing_domain.model.imports.profile import SHIPPED_PROFILES
from billing_domain.model.imports.resident_sheet import (
    ResidentDraft,
    ResidentSheet,
    read_resident_sheet,
)
from billing_domain.words.zh import problem_sentence, sentence

KINDS = Path(__file__).parents[2] / "data" / "sheets"
HOUSES = [
    f"{building}号楼/{unit}单元/{room}"
    for building in (1, 2)
    for unit in (1, 2)
    for room in (101, 102, 201, 202, 301, 302)
]
BOOK = AddressBook(
    "幸福家园",
    [House(HouseId(text), CommunityId("c"), HouseAddress(text)) for text in HOUSES],
)
PROFILES = {str(profile.key): profile for profile in SHIPPED_PROFILES}


def cases() -> Iterable[Any]:
    for kind in sorted(KINDS.iterdir()):
        expected = json.loads((kind / "expected.json").read_text(encoding="utf-8"))
        for name, answer in expected.items():
            yield pytest.param(kind / name, answer, id=f"{kind.name}/{name}")


@pytest.mark.parametrize(("path", "expected"), list(cases()))
def test_a_sheet_of_this_kind(path: Path, expected: dict[str, Any]) -> None:
    answer, told = read(path, expected["template"])

    assert answer == {key: expected[key] for key in answer}
    assert all(words in told for words in expected.get("says", ()))


def test_every_file_has_an_expectation() -> None:
    for kind in KINDS.iterdir():
        expected = json.loads((kind / "expected.json").read_text(encoding="utf-8"))
        assert {*expected, "expected.json"} == {file.name for file in kind.iterdir()}


def read(path: Path, template: str) -> tuple[dict[str, Any], str]:
    """Return what would be imported and what is wrong, and all that is told of it in words."""
    try:
        sheet = read_sheet(path.read_bytes(), template)
    except BillingError as error:
        reason = error.facts.get("reason", error.code)
        return {"refused": reason}, sentence(error)
    problems = [[each.row, each.column, each.severity.value, each.code] for each in sheet.problems]
    told = "\n".join(map(problem_sentence, sheet.problems))
    return {"rows": [list(row(draft)) for draft in sheet.drafts], "problems": problems}, told


def read_sheet(content: bytes, template: str) -> BillSheet | ResidentSheet:
    table = DocumentSheetReader().read(content)
    if template == "residents":
        return read_resident_sheet(table, BOOK, [])
    return read_bill_sheet(table, PROFILES[template], BOOK)


def row(draft: BillDraft | ResidentDraft) -> Iterable[object]:
    if isinstance(draft, BillDraft):
        days = (draft.period.first_day.isoformat(), draft.period.last_day.isoformat())
        house, fee = draft.house.address.text, draft.fee_type.label
        return draft.row, house, fee, draft.amount.fen, *days, draft.remark
    moved_in = draft.moved_in_on.isoformat() if draft.moved_in_on else ""
    new = "new" if draft.house is None else "known"
    return (
        draft.row,
        draft.address.text,
        new,
        draft.name,
        draft.phone,
        draft.relation.value,
        moved_in,
    )
