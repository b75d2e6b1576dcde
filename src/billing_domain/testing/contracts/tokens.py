"""The contract of TokenStore."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from billing_domain.model.company.community import CompanyId
from billing_domain.ports.reminders.messaging import StoredToken, TokenStore

APP = "wx0123456789abcdef"
ENDS_AT = datetime(2026, 11, 20, 6, tzinfo=UTC)


class TokenStoreContract:
    """Stores one token for each company's account.

    A subclass supplies the fixtures `token_store`, empty, and `token_companies`, the ids of two
    companies.
    """

    def test_has_none_at_first(
        self, token_store: TokenStore, token_companies: tuple[CompanyId, CompanyId]
    ) -> None:
        assert token_store.get(token_companies[0], APP) is None

    def test_keeps_every_fact(
        self, token_store: TokenStore, token_companies: tuple[CompanyId, CompanyId]
    ) -> None:
        first, second = token("first"), token("second")
        company = token_companies[0]

        assert token_store.replace(company, APP, old=None, new=first) == first
        assert token_store.replace(company, APP, old=first, new=second) == second
        assert token_store.get(company, APP) == second

    def test_gives_who_was_slower_what_is_there(
        self, token_store: TokenStore, token_companies: tuple[CompanyId, CompanyId]
    ) -> None:
        first, second, late = token("first"), token("second"), token("late")
        company = token_companies[0]
        token_store.replace(company, APP, old=None, new=first)
        token_store.replace(company, APP, old=first, new=second)

        assert token_store.replace(company, APP, old=None, new=late) == second
        assert token_store.replace(company, APP, old=first, new=late) == second
        assert token_store.get(company, APP) == second

    def test_lets_one_of_many_win(
        self, token_store: TokenStore, token_companies: tuple[CompanyId, CompanyId]
    ) -> None:
        company = token_companies[0]

        def put(serial: int) -> StoredToken:
            return token_store.replace(company, APP, old=None, new=token(str(serial)))

        with ThreadPoolExecutor(8) as pool:
            got = {each.sealed for each in pool.map(put, range(16))}

        kept = token_store.get(company, APP)
        assert kept is not None
        assert got == {kept.sealed}

    def test_lets_one_of_many_replace_a_token(
        self, token_store: TokenStore, token_companies: tuple[CompanyId, CompanyId]
    ) -> None:
        company, old = token_companies[0], token("old")
        token_store.replace(company, APP, old=None, new=old)

        def put(serial: int) -> StoredToken:
            return token_store.replace(company, APP, old=old, new=token(str(serial)))

        with ThreadPoolExecutor(8) as pool:
            got = {each.sealed for each in pool.map(put, range(16))}

        kept = token_store.get(company, APP)
        assert kept is not None
        assert kept != old
        assert got == {kept.sealed}

    def test_shows_no_company_the_token_of_another(
        self, token_store: TokenStore, token_companies: tuple[CompanyId, CompanyId]
    ) -> None:
        company, rival = token_companies
        token_store.replace(company, APP, old=None, new=token("ours"))

        assert token_store.get(rival, APP) is None
        assert token_store.get(company, "wxOther") is None

    def test_keeps_the_token_of_another_account(
        self, token_store: TokenStore, token_companies: tuple[CompanyId, CompanyId]
    ) -> None:
        company, rival = token_companies
        first, second = token("first"), token("second")
        for each, app in ((company, APP), (rival, APP), (company, "wxOther")):
            token_store.replace(each, app, old=None, new=first)
        token_store.replace(company, APP, old=first, new=second)

        assert token_store.get(company, APP) == second
        assert token_store.get(rival, APP) == first
        assert token_store.get(company, "wxOther") == first


def token(sealed: str) -> StoredToken:
    """Return a token whose text is the given name."""
    return StoredToken(sealed, ENDS_AT)
