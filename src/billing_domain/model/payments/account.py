"""A company's merchant account at a payment provider (缴费设置)."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from billing_domain.model.company.community import CompanyId
from billing_domain.model.payments.order import AccountId, ProviderKey


@attrs.frozen
class PaymentAccount:
    """One merchant account; `settings` are plain, `sealed_secrets` encrypted by name.

    `active` marks the one that 物业缴费 uses; a company has at most one.
    """

    id: AccountId
    company_id: CompanyId
    provider: ProviderKey
    name: str
    settings: Mapping[str, str]
    sealed_secrets: Mapping[str, str] = attrs.field(repr=False)
    active: bool = False
    version: int = 1
