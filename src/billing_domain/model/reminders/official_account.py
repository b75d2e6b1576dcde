"""A company's WeChat official account (公众号), through which its owners sign in (rule 5.12)."""

from __future__ import annotations

from typing import Final

import attrs

from billing_domain.model.company.audit import AuditFacts, audit_facts
from billing_domain.model.company.community import CompanyId

DEMO: Final = "demo-"
"""How app ids and openids of the demo begin: WeChat gives out none like these."""


@attrs.frozen
class OfficialAccount:
    """One account; `sealed_secret` is the app secret, encrypted."""

    company_id: CompanyId
    app_id: str
    sealed_secret: str = attrs.field(repr=False)
    version: int = 1

    @property
    def is_demo(self) -> bool:
        """Whether WeChat does not know this account, so that nobody can sign in through it."""
        return self.app_id.startswith(DEMO)


@audit_facts.register
def _account_facts(account: OfficialAccount) -> AuditFacts:
    return AuditFacts("official_account", account.company_id, {"app_id": account.app_id})
