"""The tree of errors: stable codes, facts, no sentences."""

import inspect

import attrs
import pytest

from billing_domain import errors
from billing_domain.errors import BillingError

FAMILIES = set(BillingError.__subclasses__())
ERRORS = [
    each
    for _, each in inspect.getmembers(errors, inspect.isclass)
    if issubclass(each, BillingError) and each is not BillingError and each not in FAMILIES
]


class TestEveryError:
    @pytest.mark.parametrize("error", ERRORS)
    def test_belongs_to_one_family(self, error: type[BillingError]) -> None:
        assert sum(issubclass(error, family) for family in FAMILIES) == 1

    def test_has_a_code_of_its_own(self) -> None:
        codes = [error.code for error in ERRORS]

        assert len(set(codes)) == len(codes)
        assert all(code.replace("_", "").isalpha() and code.islower() for code in codes)

    @pytest.mark.parametrize("error", ERRORS)
    def test_says_its_code_and_facts(self, error: type[BillingError]) -> None:
        names = [field.name for field in attrs.fields(error)]  # type: ignore[arg-type]
        raised = error(*names)

        assert raised.facts == {name: name for name in names}
        assert str(raised) == f"{error.code}({', '.join(f'{name}={name!r}' for name in names)})"

    def test_is_caught_as_its_family(self) -> None:
        with pytest.raises(errors.RefusedError):
            raise errors.LastAdministratorError
