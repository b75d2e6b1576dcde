"""A company's merchant account at a payment provider (缴费设置)."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from billing_domain.model.company.audit import AuditFacts, audit_facts, type_of_fact
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


@audit_facts.register
def _account_facts(account: PaymentAccount) -> AuditFacts:
    """Never a secret, not even sealed."""
    fields: dict[str, type_of_fact] = {
        "name": account.name,
        "provider": account.provider,
        "active": account.active,
        **{f"settings.{name}": value for name, value in account.settings.items()},
    }
    return AuditFacts("payment_account", account.id, fields)
