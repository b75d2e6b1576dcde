"""Merchant accounts and WeChat official accounts in memory."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from billing_adapters.memory.state import MemoryState, replace_version
from billing_domain.errors import FieldError, StaleError, ThingNotFoundError
from billing_domain.model.company.community import CompanyId
from billing_domain.model.payments.account import PaymentAccount
from billing_domain.model.payments.order import AccountId
from billing_domain.model.reminders.official_account import OfficialAccount
from billing_domain.ports.payments.storage import PaymentAccountRepository
from billing_domain.ports.reminders.storage import OfficialAccountRepository


@attrs.frozen
class MemoryPaymentAccountRepository(PaymentAccountRepository):
    """Companies' merchant accounts."""

    state: MemoryState

    def add(self, account: PaymentAccount) -> None:
        """Keep a new account; raise FieldError(name, taken), StaleError for a second active."""
        self._check_others(account)
        self.state.payment_accounts[account.id] = account

    def get(self, company_id: CompanyId, account_id: AccountId) -> PaymentAccount:
        """Return a company's account or raise ThingNotFoundError(payment_account)."""
        account = self.find(account_id)
        if account is None or account.company_id != company_id:
            raise ThingNotFoundError(kind="payment_account", id=account_id)
        return account

    def find(self, account_id: AccountId) -> PaymentAccount | None:
        """Return an account of any company."""
        return self.state.payment_accounts.get(account_id)

    def active(self, company_id: CompanyId) -> PaymentAccount | None:
        """Return the account that a company's new orders go to, or None."""
        return next((account for account in self.all(company_id) if account.active), None)

    def save(self, account: PaymentAccount) -> None:
        """Replace the version before this one; raise StaleError, FieldError(name, taken)."""
        self._check_others(account)
        replace_version(self.state.payment_accounts, account.id, account, kind="payment_account")

    def all(self, company_id: CompanyId) -> Sequence[PaymentAccount]:
        """Return a company's accounts, oldest first."""
        accounts = self.state.payment_accounts.values()
        return [account for account in accounts if account.company_id == company_id]

    def _check_others(self, account: PaymentAccount) -> None:
        """Refuse a name in use and a second active account."""
        with self.state.step():
            for other in self.all(account.company_id):
                if other.id == account.id:
                    continue
                if other.name == account.name:
                    raise FieldError(field="name", reason="taken", value=account.name)
                if other.active and account.active:
                    raise StaleError(kind="payment_account", id=account.id)


@attrs.frozen
class MemoryOfficialAccountRepository(OfficialAccountRepository):
    """The companies' WeChat official accounts."""

    state: MemoryState

    def find(self, company_id: CompanyId) -> OfficialAccount | None:
        """Return a company's account, or None."""
        return self.state.official_accounts.get(company_id)

    def save(self, account: OfficialAccount) -> None:
        """Keep a company's account: version 1 is new, a later one replaces the one before.

        Raises StaleError.
        """
        stored = self.find(account.company_id)
        with self.state.step():
            if (stored.version if stored else 0) != account.version - 1:
                raise StaleError(kind="official_account", id=account.company_id)
        self.state.official_accounts[account.company_id] = account
