"""Hypothesis knows every type of the model, in any project that installs this one."""

import importlib
import pkgutil
import subprocess
import sys
from enum import Enum
from importlib.metadata import entry_points
from typing import Any, NewType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import billing_domain.model
from billing_domain.testing.entry_point import STRATEGIES, register_strategies

NO_VALUES = {
    "AuditFacts",
    "BillRowReader",
    "Draft",
    "RowFault",
    "RowsBelow",
    "SearchWord",
    "Sheet",
}
"""Steps on the way to a value, and a protocol."""


def model_types() -> list[Any]:
    """Every public class and id of the model that a program could hold as a value."""
    found: list[Any] = []
    rooms = pkgutil.walk_packages(billing_domain.model.__path__, "billing_domain.model.")
    for module in rooms:
        loaded = importlib.import_module(module.name)
        found += [
            thing
            for name, thing in vars(loaded).items()
            if getattr(thing, "__module__", "") == loaded.__name__
            and not name.startswith("_")
            and (isinstance(thing, (NewType, type)))
            and name not in NO_VALUES
        ]
    return found


def name_of(thing: Any) -> str:
    return str(thing.__name__)


class TestFromType:
    def test_knows_every_type_of_the_model(self) -> None:
        unknown = {
            name_of(each)
            for each in model_types()
            if each not in STRATEGIES and not (isinstance(each, type) and issubclass(each, Enum))
        }

        assert not unknown

    @pytest.mark.parametrize("model_type", model_types(), ids=name_of)
    @settings(max_examples=3, suppress_health_check=[HealthCheck.too_slow])
    @given(data=st.data())
    def test_gives_values_of_the_type(self, model_type: Any, data: st.DataObject) -> None:
        value = data.draw(st.from_type(model_type))

        assert isinstance(value, str if isinstance(model_type, NewType) else model_type)

    def test_needs_nothing_but_hypothesis_and_the_type(self) -> None:
        """What the entry point is for: no import of ours beside the type itself."""
        program = (
            "import warnings; warnings.simplefilter('error')\n"
            "from hypothesis import given, settings, strategies as st\n"
            "from billing_domain.model.bills.bill import PendingBill\n"
            "@settings(max_examples=1, database=None)\n"
            "@given(st.from_type(PendingBill))\n"
            "def check(bill):\n"
            "    assert len(bill.number) == 21 and bill.amount.fen > 0\n"
            "check()\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=False
        )

        assert done.returncode == 0, done.stderr

    def test_is_taught_by_the_entry_point(self) -> None:
        (entry,) = entry_points(group="hypothesis", name="billing_domain")

        assert entry.load() is register_strategies
