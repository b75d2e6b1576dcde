"""Merchant accounts and the official account (缴费设置): rules 2.7, 5.9 and 5.12."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import attrs
import pytest

from billing_adapters.fakes.payment_provider import FAKE, FAKE_FORM, FakeGateways, Fault
from billing_domain.errors import (
    FieldError,
    PermissionMissingError,
    ProviderRefusedError,
    ProviderUnavailableError,
    StaleError,
    ThingNotFoundError,
)
from billing_domain.model.company.actor import Actor
from billing_domain.model.company.audit import AuditAction, AuditEntry
from billing_domain.model.company.staff import Role
from billing_domain.model.payments.account import PaymentAccount
from billing_domain.model.payments.order import AccountId, ProviderKey
from billing_domain.model.reminders.official_account import OfficialAccount
from billing_domain.ports.payments.gateway import Outcome, ProviderForm, SettingField, SettingKind
from billing_domain.use_cases.payments.configure_payments import AccountForm, ConfigurePayments
from tests.world import World

OTHER = ProviderKey("other")
SECRET = "made-up key of a merchant"


OTHER_FORM = ProviderForm(
    key=OTHER,
    label="other",
    note="",
    fields=(
        SettingField("mchid", "merchant"),
        SettingField("note", "note", required=False),
        SettingField("api_key", "key", secret=True),
        SettingField("old_key", "old key", secret=True, required=False),
        SettingField(
            "product", "product", kind=SettingKind.CHOICE, required=False, choices={"A": "one"}
        ),
        SettingField("file", "certificate", kind=SettingKind.FILE, required=False),
    ),
)


@attrs.frozen
class TwoProviders(FakeGateways):
    """A second provider, which takes more than it asks for."""

    @property
    def providers(self) -> Mapping[ProviderKey, ProviderForm]:
        return {**super().providers, OTHER: OTHER_FORM}


class SettingsWorld(World):
    """A company without any account."""

    def __init__(self) -> None:
        super().__init__()
        self.configure: ConfigurePayments = attrs.evolve(
            self.application.configure_payments, gateways=TwoProviders(self.provider)
        )

    def form(
        self,
        name: str = "物业收款",
        secret: str = SECRET,
        provider: ProviderKey = FAKE,
        **more: str,
    ) -> AccountForm:
        return AccountForm(
            provider, name, {"mchid": "1900000001", **more}, {"api_key": secret, **more}
        )

    def save(
        self, form: AccountForm | None = None, old: PaymentAccount | None = None
    ) -> PaymentAccount:
        """Save a form, in the place of an account as it was seen."""
        return self.configure.save_account(
            self.admin,
            form=form or self.form(),
            account_id=old.id if old else None,
            version=old.version if old else 0,
        )

    def save_official(self, version: int, secret: str = SECRET) -> OfficialAccount:
        return self.configure.save_official_account(
            self.admin, app_id=f" wx{version} ", secret=secret, version=version
        )

    def active(self) -> list[str]:
        return [one.name for one in self.configure.accounts(self.admin) if one.active]

    def trail(self, account: PaymentAccount) -> Sequence[AuditEntry]:
        return self.history("payment_account", account.id)


@pytest.fixture
def world() -> SettingsWorld:
    return SettingsWorld()


class TestNewAccount:
    def test_is_kept_as_it_was_entered(self, world: SettingsWorld) -> None:
        account = world.save(world.form(" 物业  收款 ", f" {SECRET} "))

        assert (account.provider, account.company_id) == (FAKE, world.company.id)
        assert account.settings == {"mchid": "1900000001"}
        assert world.configure.cipher.unseal(account.sealed_secrets["api_key"]) == SECRET
        assert world.configure.accounts(world.admin) == [account]

    def test_the_first_is_in_use_at_once_and_no_other(self, world: SettingsWorld) -> None:
        first, second = world.save(), world.save(world.form("备用"))

        assert (first.active, second.active) == (True, False)
        assert world.active() == ["物业收款"]

    def test_the_first_of_another_company_is_in_use_too(self, world: SettingsWorld) -> None:
        world.save()

        account = world.configure.save_account(world.rival_admin, form=world.form())

        assert account.active
        assert world.configure.accounts(world.rival_admin) == [account]

    def test_takes_only_what_the_provider_asks_for(self, world: SettingsWorld) -> None:
        settings = {"mchid": "1", "api_key": "2", "stray": "3"}
        secrets = {"mchid": "4", "api_key": SECRET, "stray": "5"}

        account = world.save(AccountForm(FAKE, "甲", settings, secrets))

        assert account.settings == {"mchid": "1"}
        assert account.sealed_secrets == {"api_key": world.configure.cipher.seal(SECRET)}

    def test_leaves_out_what_is_not_required(self, world: SettingsWorld) -> None:
        account = world.save(world.form(provider=OTHER, note="  "))

        assert account.settings == {"mchid": "1900000001"}
        assert set(account.sealed_secrets) == {"api_key"}

    @pytest.mark.parametrize(
        ("form", "field", "reason"),
        [
            (AccountForm(FAKE, "甲", {"mchid": " "}, {"api_key": "k"}), "mchid", "required"),
            (AccountForm(FAKE, "甲", {"mchid": "1"}, {"api_key": " "}), "api_key", "required"),
            (AccountForm(FAKE, "甲", {"mchid": "1"}, {}), "api_key", "required"),
            (
                AccountForm(FAKE, "甲", {"mchid": "1" * 8_001}, {"api_key": "k"}),
                "mchid",
                "too_long",
            ),
            (
                AccountForm(FAKE, "甲", {"mchid": "1"}, {"api_key": "k" * 8_001}),
                "api_key",
                "too_long",
            ),
            (AccountForm(ProviderKey("x"), "甲", {}, {}), "provider", "unknown"),
        ],
    )
    def test_refuses_an_unusable_field(
        self, world: SettingsWorld, form: AccountForm, field: str, reason: str
    ) -> None:
        with pytest.raises(FieldError) as refused:
            world.save(form)

        assert (refused.value.field, refused.value.reason) == (field, reason)
        assert "kkk" not in str(refused.value.facts)
        assert world.configure.accounts(world.admin) == []

    def test_takes_a_certificate_of_8000_characters(self, world: SettingsWorld) -> None:
        account = world.save(world.form(secret="k" * 8_000))

        assert world.configure.cipher.unseal(account.sealed_secrets["api_key"]) == "k" * 8_000

    def test_refuses_a_blank_name(self, world: SettingsWorld) -> None:
        with pytest.raises(FieldError) as refused:
            world.save(world.form("  "))

        assert (refused.value.field, refused.value.reason) == ("name", "required")

    def test_refuses_a_name_in_use(self, world: SettingsWorld) -> None:
        world.save()

        with pytest.raises(FieldError) as refused:
            world.save()

        assert (refused.value.field, refused.value.reason) == ("name", "taken")

    def test_keeps_nothing_that_the_gateway_can_not_use(self, world: SettingsWorld) -> None:
        with pytest.raises(ProviderRefusedError):
            world.save(world.form(mchid="unusable"))

        assert world.configure.accounts(world.admin) == []

    def test_does_not_ask_the_provider(self, world: SettingsWorld) -> None:
        world.save()

        assert world.provider.calls == []

    def test_takes_one_of_the_choices(self, world: SettingsWorld) -> None:
        account = world.save(world.form(provider=OTHER, product="A"))

        with pytest.raises(FieldError) as refused:
            world.save(world.form("另一个", provider=OTHER, product="B"))

        assert account.settings["product"] == "A"
        assert (refused.value.field, refused.value.reason) == ("product", "unknown")

    def test_seals_a_file_of_32_kib(self, world: SettingsWorld) -> None:
        account = world.save(world.form(provider=OTHER, file="M" * 32 * 1024))

        with pytest.raises(FieldError) as refused:
            world.save(world.form("另一个", provider=OTHER, file="M" * (32 * 1024 + 1)))

        assert set(account.sealed_secrets) == {"api_key", "file"}
        assert (refused.value.field, refused.value.reason) == ("file", "too_long")


class TestChangedAccount:
    def test_an_empty_secret_keeps_the_old_one(self, world: SettingsWorld) -> None:
        old = world.save()

        new = world.save(world.form("改名", "  "), old)

        assert new.sealed_secrets == old.sealed_secrets
        assert (new.id, new.version, new.name) == (old.id, 2, "改名")
        assert new.settings == old.settings
        assert world.configure.accounts(world.admin) == [new]

    def test_a_new_secret_takes_its_place(self, world: SettingsWorld) -> None:
        new = world.save(world.form(secret="another"), world.save())

        assert world.configure.cipher.unseal(new.sealed_secrets["api_key"]) == "another"

    def test_stays_in_use_or_not(self, world: SettingsWorld) -> None:
        first, second = world.save(), world.save(world.form("备用"))

        assert world.save(world.form("甲"), first).active
        assert not world.save(world.form("乙"), second).active

    def test_secrets_never_go_to_another_provider(self, world: SettingsWorld) -> None:
        old = world.save()

        with pytest.raises(FieldError) as refused:
            world.save(world.form(provider=OTHER), old)

        assert (refused.value.field, refused.value.reason) == ("provider", "fixed")

    def test_another_merchant_is_another_account(self, world: SettingsWorld) -> None:
        """Orders and refunds that are under way are asked about at the one that took them."""
        old = world.save()

        with pytest.raises(FieldError) as refused:
            world.save(world.form(mchid="1900000002"), old)

        assert (refused.value.field, refused.value.reason) == ("mchid", "fixed")
        assert world.configure.accounts(world.admin) == [old]

    def test_optional_fields_can_be_emptied_but_not_secrets(self, world: SettingsWorld) -> None:
        old = world.save(world.form(provider=OTHER, note="说明", old_key="before"))
        new = world.save(world.form(secret="", provider=OTHER), old)

        assert (old.settings["note"], "note" in new.settings) == ("说明", False)
        assert new.sealed_secrets == old.sealed_secrets
        assert set(new.sealed_secrets) == {"api_key", "old_key"}

    def test_the_second_of_two_people_is_refused(self, world: SettingsWorld) -> None:
        seen = world.save()
        saved = world.save(world.form("先改"), seen)

        with pytest.raises(StaleError) as refused:
            world.save(world.form("后改"), seen)

        assert refused.value.facts == {"kind": "payment_account", "id": seen.id}
        assert world.configure.accounts(world.admin) == [saved]

    def test_accounts_of_others_do_not_exist(self, world: SettingsWorld) -> None:
        account = world.save()

        with pytest.raises(ThingNotFoundError):
            world.configure.save_account(
                world.rival_admin, form=world.form(), account_id=account.id, version=1
            )


class TestUse:
    def test_moves_from_one_account_to_the_other(self, world: SettingsWorld) -> None:
        first, second = world.save(), world.save(world.form("备用"))

        started = world.configure.use_account(world.admin, account_id=second.id)

        assert (started.id, started.active, started.version) == (second.id, True, 2)
        assert world.active() == ["备用"]
        assert [entry.after["active"] for entry in world.trail(first)] == [False, True]
        assert [entry.after["active"] for entry in world.trail(second)] == [True, False]

    def test_of_the_one_in_use_changes_nothing(self, world: SettingsWorld) -> None:
        account = world.save()

        assert world.configure.use_account(world.admin, account_id=account.id) == account
        assert world.configure.accounts(world.admin) == [account]
        assert len(world.trail(account)) == 1

    def test_starts_where_none_was_in_use(self, world: SettingsWorld) -> None:
        account = world.save()
        with world.begin() as work:
            work.payment_accounts.save(attrs.evolve(account, active=False, version=2))
            work.commit()

        assert world.configure.use_account(world.admin, account_id=account.id).version == 3
        assert world.active() == ["物业收款"]

    def test_leaves_open_orders_where_they_are(self, world: SettingsWorld) -> None:
        world.save()
        bill, owner = world.add_bill(), world.add_owner()
        order = world.application.collect_payments.check_out(
            owner, numbers=[bill.number], request_key="k"
        )
        world.configure.use_account(world.admin, account_id=world.save(world.form("备用")).id)

        assert world.order(order.number) == order

    def test_accounts_of_others_do_not_exist(self, world: SettingsWorld) -> None:
        account = world.save()

        with pytest.raises(ThingNotFoundError):
            world.configure.use_account(world.rival_admin, account_id=account.id)


class TestSecrets:
    def test_are_in_no_log(self, world: SettingsWorld) -> None:
        form = world.form()
        account = world.save(form)
        changed = world.save(world.form(secret="another key of it"), account)
        world.configure.use_account(world.admin, account_id=changed.id)
        official = world.save_official(0)
        entries = [*world.trail(account), *world.history("official_account", world.company.id)]

        for shown in (form, account, changed, official, entries):
            assert SECRET not in repr(shown)
            assert "another key" not in repr(shown)
        assert len(entries) == 3

    def test_the_log_tells_that_they_changed(self, world: SettingsWorld) -> None:
        account = world.save()
        same = world.save(world.form("改名", ""), account)
        world.save(world.form("改名", "another"), same)

        told = [entry.after["secrets_changed"] for entry in reversed(world.trail(account))]

        assert told == [True, False, True]

    def test_the_log_tells_the_plain_settings(self, world: SettingsWorld) -> None:
        account = world.save()
        world.save(world.form("改名"), account)
        changed, created = world.trail(account)

        assert [created.action, changed.action] == [AuditAction.CREATED, AuditAction.CHANGED]
        assert created.after["settings.mchid"] == "1900000001"
        assert changed.before == {"name": account.name}
        assert changed.after["name"] == "改名"

    def test_are_stored_sealed(self, world: SettingsWorld) -> None:
        account, official = world.save(), world.save_official(0)

        assert account.sealed_secrets["api_key"] == world.configure.cipher.seal(SECRET) != SECRET
        assert official.sealed_secret == world.configure.cipher.seal(SECRET)


class TestCheck:
    def test_asks_about_an_order_that_nobody_made(self, world: SettingsWorld) -> None:
        account = world.save()

        report = world.configure.check(world.admin, account_id=account.id)

        assert report.outcome is Outcome.UNPAID
        assert world.provider.calls == ["query"]
        assert world.provider.trades == {}

    def test_says_what_went_wrong(self, world: SettingsWorld) -> None:
        account = world.save()
        world.provider.faults.extend([Fault.LOST_CALL, Fault.REFUSED])

        with pytest.raises(ProviderUnavailableError) as unavailable:
            world.configure.check(world.admin, account_id=account.id)
        with pytest.raises(ProviderRefusedError) as refused:
            world.configure.check(world.admin, account_id=account.id)

        assert unavailable.value.detail == "no connection"
        assert refused.value.provider_code == "NO_AUTH"

    def test_accounts_of_others_do_not_exist(self, world: SettingsWorld) -> None:
        account = world.save()

        with pytest.raises(ThingNotFoundError):
            world.configure.check(world.rival_admin, account_id=account.id)

        assert world.provider.calls == []


class TestProviders:
    def test_are_told_with_what_they_ask_for(self, world: SettingsWorld) -> None:
        assert world.configure.providers() == {FAKE: FAKE_FORM, OTHER: OTHER_FORM}


class TestOfficialAccount:
    def test_there_is_none_at_first(self, world: SettingsWorld) -> None:
        assert world.configure.official_account(world.admin) is None

    def test_is_kept_with_its_secret(self, world: SettingsWorld) -> None:
        account = world.save_official(0, f" {SECRET} ")

        assert (account.app_id, account.version) == ("wx0", 1)
        assert world.configure.cipher.unseal(account.sealed_secret) == SECRET
        assert world.configure.official_account(world.admin) == account
        assert world.configure.official_account(world.rival_admin) is None

    def test_an_empty_secret_keeps_the_old_one(self, world: SettingsWorld) -> None:
        old = world.save_official(0)
        new = world.save_official(1, "  ")

        assert (new.app_id, new.version) == ("wx1", 2)
        assert new.sealed_secret == old.sealed_secret

    def test_a_new_secret_takes_its_place(self, world: SettingsWorld) -> None:
        world.save_official(0)

        new = world.save_official(1, "another")

        assert world.configure.cipher.unseal(new.sealed_secret) == "another"

    @pytest.mark.parametrize("version", [0, 2])
    def test_the_second_of_two_people_is_refused(self, world: SettingsWorld, version: int) -> None:
        saved = world.save_official(0)

        with pytest.raises(StaleError) as refused:
            world.save_official(version)

        assert refused.value.facts == {"kind": "official_account", "id": world.company.id}
        assert world.configure.official_account(world.admin) == saved

    def test_a_version_of_nothing_is_refused(self, world: SettingsWorld) -> None:
        with pytest.raises(StaleError):
            world.save_official(1, "")

    @pytest.mark.parametrize(
        ("app_id", "secret", "field"), [(" ", "s", "app_id"), ("wx1", " ", "app_secret")]
    )
    def test_needs_an_id_and_a_first_secret(
        self, world: SettingsWorld, app_id: str, secret: str, field: str
    ) -> None:
        with pytest.raises(FieldError) as refused:
            world.configure.save_official_account(
                world.admin, app_id=app_id, secret=secret, version=0
            )

        assert (refused.value.field, refused.value.reason) == (field, "required")
        assert world.configure.official_account(world.admin) is None

    def test_every_change_is_told(self, world: SettingsWorld) -> None:
        world.save_official(0)
        world.save_official(1, "")
        changed, created = world.history("official_account", world.company.id)

        assert (created.action, created.before) == (AuditAction.CREATED, {})
        assert created.after == {"app_id": "wx0", "secret_changed": True}
        assert (changed.action, changed.before) == (AuditAction.CHANGED, {"app_id": "wx0"})
        assert changed.after == {"app_id": "wx1", "secret_changed": False}


NOTHING = AccountId("0" * 32)


class TestPermission:
    @pytest.mark.parametrize(
        "act",
        [
            lambda configure, actor: configure.accounts(actor),
            lambda configure, actor: configure.save_account(
                actor, form=AccountForm(FAKE, "", {}, {})
            ),
            lambda configure, actor: configure.use_account(actor, account_id=NOTHING),
            lambda configure, actor: configure.check(actor, account_id=NOTHING),
            lambda configure, actor: configure.official_account(actor),
            lambda configure, actor: configure.save_official_account(
                actor, app_id="", secret="", version=0
            ),
        ],
    )
    @pytest.mark.parametrize("role", [Role.FINANCE, Role.FRONT_DESK, Role.READ_ONLY])
    def test_is_the_administrators_alone(
        self,
        world: SettingsWorld,
        act: Callable[[ConfigurePayments, Actor], object],
        role: Role,
    ) -> None:
        with pytest.raises(PermissionMissingError) as refused:
            act(world.configure, world.actor(role))

        assert refused.value.permission == "configure_company"
