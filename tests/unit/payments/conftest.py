"""What the tests of payments share."""

import pytest

from tests.world import World


@pytest.fixture
def world() -> World:
    """A company that takes payments: one payer with three unpaid bills."""
    return World().with_payments()
