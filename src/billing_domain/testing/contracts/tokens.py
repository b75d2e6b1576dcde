"""The contract of TokenStore."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import attrs
import pytest

from billing_domain.model.company.community import CompanyId
from billing_domain.ports.reminders.messaging import StoredToken, TokenStore

APP = "wx0123456789abcdef"
ENDS_AT = datetime(2026, 11, 20, 6, tzinfo=UTC)


@attrs.frozen
class Tokens:
    """A store and two companies that keep tokens in it."""

    store: TokenStore
    company: CompanyId
    rival: CompanyId


class TokenStoreContract:
    """Stores one token for each company's account.

    A subclass supplies the fixtures `token_store`, empty, and `token_companies`, the ids of two
    companies.
    """

    @pytest.fixture
    def tokens(
        self, token_store: TokenStore, token_companies: tuple[CompanyId, CompanyId]
    ) -> Tokens:
        """The empty store with its companies."""
        return Tokens(token_store, *token_companies)

    def test_has_none_at_first(self, tokens: Tokens) -> None:
        assert tokens.store.get(tokens.company, APP) is None

    def test_keeps_every_fact(self, tokens: Tokens) -> None:
        first, second = token("first"), token("second")
        company = tokens.company
        assert tokens.store.replace(company, APP, old=None, new=first) == first
        assert tokens.store.replace(company, APP, old=first, new=second) == second
        assert tokens.store.get(company, APP) == second

    def test_gives_who_was_slower_what_is_there(self, tokens: Tokens) -> None:
        first, second, late = token("first"), token("second"), token("late")
        company = tokens.company
        tokens.store.replace(company, APP, old=None, new=first)
        tokens.store.replace(company, APP, old=first, new=second)
        assert tokens.store.replace(company, APP, old=None, new=late) == second
        assert tokens.store.replace(company, APP, old=first, new=late) == second
        assert tokens.store.get(company, APP) == second

    @pytest.mark.parametrize("old", [None, StoredToken("old", ENDS_AT)])
    def test_lets_one_of_many_win(self, tokens: Tokens, old: StoredToken | None) -> None:
        if old is not None:
            tokens.store.replace(tokens.company, APP, old=None, new=old)

        def put(serial: int) -> StoredToken:
            return tokens.store.replace(tokens.company, APP, old=old, new=token(str(serial)))

        with ThreadPoolExecutor(8) as pool:
            got = {each.sealed for each in pool.map(put, range(16))}
        kept = tokens.store.get(tokens.company, APP)
        assert kept is not None
        assert kept != old
        assert got == {kept.sealed}

    def test_shows_no_company_the_token_of_another(self, tokens: Tokens) -> None:
        company, rival = tokens.company, tokens.rival
        tokens.store.replace(company, APP, old=None, new=token("ours"))
        assert tokens.store.get(rival, APP) is None
        assert tokens.store.get(company, "wxOther") is None

    def test_keeps_the_token_of_another_account(self, tokens: Tokens) -> None:
        company, rival = tokens.company, tokens.rival
        first, second = token("first"), token("second")
        for each, app in ((company, APP), (rival, APP), (company, "wxOther")):
            tokens.store.replace(each, app, old=None, new=first)
        tokens.store.replace(company, APP, old=first, new=second)
        assert tokens.store.get(company, APP) == second
        assert tokens.store.get(rival, APP) == first
        assert tokens.store.get(company, "wxOther") == first


def token(sealed: str) -> StoredToken:
    """Return a token whose text is the given name."""
    return StoredToken(sealed, ENDS_AT)
