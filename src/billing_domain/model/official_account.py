"""A company's WeChat official account (公众号), through which its owners sign in (rule 5.12)."""

from __future__ import annotations

import attrs

from billing_domain.model.community import CompanyId


@attrs.frozen
class OfficialAccount:
    """One account; `sealed_secret` is the app secret, encrypted."""

    company_id: CompanyId
    app_id: str
    sealed_secret: str = attrs.field(repr=False)
    version: int = 1
