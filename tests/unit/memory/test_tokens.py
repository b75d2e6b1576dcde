"""The memory adapter keeps the contract of TokenStore."""

from __future__ import annotations

import pytest

from billing_adapters.memory.tokens import MemoryTokenStore
from billing_domain.model.company.community import CompanyId
from billing_domain.ports.reminders.messaging import TokenStore
from billing_domain.testing import contracts


@pytest.fixture
def token_store() -> TokenStore:
    return MemoryTokenStore()


@pytest.fixture
def token_companies() -> tuple[CompanyId, CompanyId]:
    return CompanyId("c" * 32), CompanyId("e" * 32)


class TestTokens(contracts.TokenStoreContract):
    pass
