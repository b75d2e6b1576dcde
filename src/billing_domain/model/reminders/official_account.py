"""A company's WeChat official account (公众号), through which owners sign in (rule 5.12)."""

from __future__ import annotations

from typing import Final

import attrs

from billing_domain.model.company.audit import AuditFacts, audit_facts
from billing_domain.model.company.community import CompanyId

DEMO: Final = "demo-"
"""The prefix of demo app ids and openids; WeChat never issues ids with it."""


@attrs.frozen
class OfficialAccount:
    """One account; `sealed_secret` is the app secret, encrypted."""

    company_id: CompanyId
    app_id: str
    sealed_secret: str = attrs.field(repr=False)
    version: int = 1

    @property
    def is_demo(self) -> bool:
        """Whether the account exists only in the demo: WeChat does not know it."""
        return self.app_id.startswith(DEMO)


@audit_facts.register
def _account_facts(account: OfficialAccount) -> AuditFacts:
    return AuditFacts("official_account", account.company_id, {"app_id": account.app_id})
