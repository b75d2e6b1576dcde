"""The contracts of PaymentAccountRepository and OfficialAccountRepository."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from billing_domain.errors import FieldError, StaleError, ThingNotFoundError
from billing_domain.model.company.community import Company
from billing_domain.model.payments.account import PaymentAccount
from billing_domain.model.payments.order import AccountId
from billing_domain.model.reminders.official_account import OfficialAccount
from billing_domain.testing.contracts.payment_world import SANDBOX
from billing_domain.testing.contracts.storage import Storage, StorageContract
from billing_domain.testing.contracts.world import World


class PaymentAccountRepositoryContract(StorageContract):
    """Companies' merchant accounts, at most one of them active."""

    def test_returns_every_fact(self, storage: Storage, world: World) -> None:
        settings = {"mch_id": "1900000109", "说明": "'引号' 😀"}
        account = add_account(
            world, settings=settings, sealed_secrets={"key": "sealed+/="}, active=True
        )
        with storage.begin() as work:
            assert work.payment_accounts.get(world.company.id, account.id) == account

    def test_finds_nothing_of_another_company(self, storage: Storage, world: World) -> None:
        account = add_account(world)
        with storage.begin() as work, pytest.raises(ThingNotFoundError) as refusal:
            work.payment_accounts.get(world.rival.id, account.id)

        assert refusal.value.facts == {"kind": "payment_account", "id": account.id}

    def test_finds_an_account_of_any_company(self, storage: Storage, world: World) -> None:
        account = add_account(world, world.rival)
        with storage.begin() as work:
            assert work.payment_accounts.find(account.id) == account
            assert work.payment_accounts.find(AccountId("9" * 32)) is None

    def test_lists_a_company_oldest_first(self, storage: Storage, world: World) -> None:
        first, second = add_account(world, name="乙"), add_account(world, name="甲")
        add_account(world, world.rival)
        with storage.begin() as work:
            assert list(work.payment_accounts.all(world.company.id)) == [first, second]

    def test_knows_the_active_one(self, storage: Storage, world: World) -> None:
        add_account(world, name="甲")
        add_account(world, world.rival, active=True)
        with storage.begin() as work:
            assert work.payment_accounts.active(world.company.id) is None

        active = add_account(world, name="乙", active=True)
        with storage.begin() as work:
            assert work.payment_accounts.active(world.company.id) == active

    def test_refuses_a_name_in_use(self, world: World) -> None:
        add_account(world, name="甲")
        add_account(world, world.rival, name="甲")
        with pytest.raises(FieldError) as refusal:
            add_account(world, name="甲")

        assert (refusal.value.field, refusal.value.reason) == ("name", "taken")

    def test_refuses_to_save_a_name_in_use(self, world: World) -> None:
        add_account(world, name="甲")
        account = add_account(world, name="乙")
        with pytest.raises(FieldError) as refusal:
            save_account(world, account, name="甲")

        assert (refusal.value.field, refusal.value.reason) == ("name", "taken")

    def test_saves_the_next_version(self, storage: Storage, world: World) -> None:
        account = add_account(world)
        facts = {"settings": {"mch_id": "2"}, "sealed_secrets": {"key": "2"}, "active": True}
        changed = save_account(world, account, name="新", **facts)
        with storage.begin() as work:
            assert work.payment_accounts.find(account.id) == changed

    def test_refuses_what_was_changed_meanwhile(self, world: World) -> None:
        account = add_account(world)
        save_account(world, account, name="甲")
        with pytest.raises(StaleError) as refusal:
            save_account(world, account, name="乙")

        assert refusal.value.facts == {"kind": "payment_account", "id": account.id}

    def test_refuses_a_second_active_one(self, storage: Storage, world: World) -> None:
        """Of two concurrent activations, the second is refused."""
        active, other = add_account(world, active=True), add_account(world, name="乙")
        with pytest.raises(StaleError) as refusal:
            save_account(world, other, active=True)

        assert refusal.value.facts == {"kind": "payment_account", "id": other.id}
        with storage.begin() as work:
            assert work.payment_accounts.active(world.company.id) == active

    def test_changes_the_active_one_in_one_step(self, storage: Storage, world: World) -> None:
        active, other = add_account(world, active=True), add_account(world, name="乙")
        with storage.begin() as work:
            work.payment_accounts.save(attrs.evolve(active, active=False, version=2))
            work.payment_accounts.save(attrs.evolve(other, active=True, version=2))
            work.commit()

        with storage.begin() as work:
            found = work.payment_accounts.active(world.company.id)
            assert found == attrs.evolve(other, active=True, version=2)


class OfficialAccountRepositoryContract(StorageContract):
    """One official account for each company (rule 5.12)."""

    def test_returns_every_fact(self, storage: Storage, world: World) -> None:
        account = save_official(world, OfficialAccount(world.company.id, "wx1", "sealed+/="))
        with storage.begin() as work:
            assert work.official_accounts.find(world.company.id) == account
            assert work.official_accounts.find(world.rival.id) is None

    def test_saves_the_next_version(self, storage: Storage, world: World) -> None:
        save_official(world, OfficialAccount(world.company.id, "wx1", "sealed"))
        second = save_official(world, OfficialAccount(world.company.id, "wx2", "other", 2))
        with storage.begin() as work:
            assert work.official_accounts.find(world.company.id) == second

    @pytest.mark.parametrize("version", [1, 3])
    def test_refuses_what_was_changed_meanwhile(
        self, storage: Storage, world: World, version: int
    ) -> None:
        first = save_official(world, OfficialAccount(world.company.id, "wx1", "sealed"))
        with pytest.raises(StaleError) as refusal:
            save_official(world, OfficialAccount(world.company.id, "wx2", "other", version))

        assert refusal.value.facts == {"kind": "official_account", "id": world.company.id}
        with storage.begin() as work:
            assert work.official_accounts.find(world.company.id) == first

    def test_begins_with_version_one(self, world: World) -> None:
        with pytest.raises(StaleError):
            save_official(world, OfficialAccount(world.company.id, "wx1", "sealed", 2))


def add_account(world: World, company: Company | None = None, **fields: Any) -> PaymentAccount:
    """Add a merchant account."""
    owner = company or world.company
    known: dict[str, Any] = {"name": "微信支付", "settings": {}, "sealed_secrets": {}, **fields}
    account = PaymentAccount(
        id=AccountId(world.new_id()), company_id=owner.id, provider=SANDBOX, **known
    )
    with world.begin() as work:
        work.payment_accounts.add(account)
        work.commit()
    return account


def save_account(world: World, account: PaymentAccount, **changes: Any) -> PaymentAccount:
    """Store an account's next version."""
    changed = attrs.evolve(account, **changes, version=account.version + 1)
    with world.begin() as work:
        work.payment_accounts.save(changed)
        work.commit()
    return changed


def save_official(world: World, account: OfficialAccount) -> OfficialAccount:
    """Store an official account."""
    with world.begin() as work:
        work.official_accounts.save(account)
        work.commit()
    return account
