"""Chinese stands in the words packages and nowhere else in the code; templates are pages."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

SRC = Path(__file__).parents[3] / "src"
CHINESE = re.compile("[\u3007\u4e00-\u9fff]")
# Folder or file below src, and why its Chinese is no wording of ours.
EXEMPT = {
    "billing_domain/words": "the words themselves",
    "entrypoints/billing_entrypoints/words": "the words themselves",
    "billing_domain/testing": "test data",
    "entrypoints/billing_entrypoints/cli/demo": "demo content",
    "billing_domain/model/bills/bill.py": "labels of enumerations that are stored and imported",
    "billing_domain/model/bills/fee_type.py": "the fee types, once: adding one is one file",
    "billing_domain/model/company/staff.py": "the roles, whose names are stored",
    "billing_domain/model/houses/house.py": "what an address may begin with",
    "billing_domain/model/houses/house_folding.py": "how addresses are folded",
    "billing_domain/model/houses/no_address.py": "what is no address",
    "billing_domain/model/houses/search_text.py": "where a number of an address begins",
    "billing_domain/model/houses/resident.py": "the relations, whose names are stored",
    "billing_domain/model/imports/header.py": "the column that an error workbook adds",
    "billing_domain/model/imports/table_rows.py": "labels of totals",
    "billing_domain/model/money.py": "how amounts are written",
    "billing_domain/model/imports/profile.py": "headers and aliases of sheets",
    "billing_domain/model/imports/resident_sheet.py": "headers of the resident sheet",
    "billing_domain/model/payments/receipt.py": "amounts in capital characters",
    "billing_domain/model/period.py": "how dates are written and read",
    "adapters/billing_adapters/documents/reading": "how spreadsheets write dates",
    "adapters/billing_adapters/documents/writing/safe_text.py": "which texts look like dates",
    "adapters/billing_adapters/documents/receipts": "the printed form of the receipt",
    "adapters/billing_adapters/wechat/template_fields.py": "what WeChat's fields accept",
    "adapters/billing_adapters/wechat/trade_bill.py": "headers of WeChat's statements",
    "entrypoints/billing_entrypoints/providers": "what each provider asks for",
}


class TestChinese:
    def test_stands_in_the_words_packages_alone(self) -> None:
        found = {
            name: texts
            for path in sorted(SRC.rglob("*.py"))
            if not exempt(name := path.relative_to(SRC).as_posix())
            and (texts := list(chinese(path.read_text(encoding="utf-8"))))
        }

        assert found == {}

    @pytest.mark.parametrize("name", sorted(EXEMPT))
    def test_is_really_there_where_it_is_allowed(self, name: str) -> None:
        place = SRC / name
        files = place.rglob("*.py") if place.is_dir() else [place]

        assert any(any(chinese(file.read_text(encoding="utf-8"))) for file in files)


class TestSearch:
    def test_finds_literals_and_parts_of_format_strings(self) -> None:
        assert list(chinese("a = '已保存'\nb = f'已添加 {a}'")) == ["已保存", "已添加 "]

    def test_leaves_docstrings_and_comments_alone(self) -> None:
        assert list(chinese('"""催缴."""\nA = 1  # 催缴\n"""催缴."""')) == []


def exempt(name: str) -> bool:
    return any(name == each or name.startswith(f"{each}/") for each in EXEMPT)


def chinese(source: str) -> Iterator[str]:
    """Yield the Chinese literals of a module; a string that is a statement is a docstring."""
    tree = ast.parse(source)
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            continue
        if id(node) not in docstrings and CHINESE.search(node.value):
            yield node.value
