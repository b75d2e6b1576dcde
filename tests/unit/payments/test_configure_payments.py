"""Merchant accounts and the official account (缴费设置): rules 2.7, 5.9 and 5.12."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import attrs
import pytest

from billing_adapters.fakes.payment_provider import FAKE, FAKE_FORM, FakeGateways
from billing_domain.errors import (
    FieldError,
    PermissionMissingError,
    ProviderRefusedError,
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


@pytest.fixture
def world() -> World:
    """A company without any account."""
    return World()


def configure(world: World) -> ConfigurePayments:
    return attrs.evolve(
        world.application.configure_payments, gateways=TwoProviders(world.provider)
    )


def form(
    name: str = "物业收款", secret: str = SECRET, provider: ProviderKey = FAKE, **more: str
) -> AccountForm:
    return AccountForm(
        provider, name, {"mchid": "1900000001", **more}, {"api_key": secret, **more}
    )


def save(
    world: World, filled: AccountForm | None = None, old: PaymentAccount | None = None
) -> PaymentAccount:
    """Save a form, in the place of an account as it was seen."""
    return configure(world).save_account(
        world.admin,
        form=filled or form(),
        account_id=old.id if old else None,
        version=old.version if old else 0,
    )


def refused_field(
    world: World, filled: AccountForm, old: PaymentAccount | None = None
) -> tuple[str, str]:
    """Return the field that is blamed, and why."""
    with pytest.raises(FieldError) as refused:
        save(world, filled, old)
    assert "kkk" not in str(refused.value.facts)
    return refused.value.field, refused.value.reason


def unsealed(world: World, account: PaymentAccount) -> str:
    return configure(world).cipher.unseal(account.sealed_secrets["api_key"])


def save_official(world: World, version: int, secret: str = SECRET) -> OfficialAccount:
    return configure(world).save_official_account(
        world.admin, app_id=f" wx{version} ", secret=secret, version=version
    )


def active(world: World) -> list[str]:
    return [one.name for one in configure(world).accounts(world.admin) if one.active]


def trail(world: World, account: PaymentAccount) -> Sequence[AuditEntry]:
    return world.history("payment_account", account.id)


class TestNewAccount:
    def test_is_kept_as_it_was_entered(self, world: World) -> None:
        account = save(world, form(" 物业  收款 ", f" {SECRET} "))

        assert (account.provider, account.company_id) == (FAKE, world.company.id)
        assert account.settings == {"mchid": "1900000001"}
        assert unsealed(world, account) == SECRET
        assert configure(world).accounts(world.admin) == [account]

    def test_the_first_is_in_use_at_once_and_no_other(self, world: World) -> None:
        first, second = save(world), save(world, form("备用"))

        assert (first.active, second.active) == (True, False)
        assert active(world) == ["物业收款"]

    def test_the_first_of_another_company_is_in_use_too(self, world: World) -> None:
        save(world)

        account = configure(world).save_account(world.rival_admin, form=form())

        assert account.active
        assert configure(world).accounts(world.rival_admin) == [account]

    def test_takes_only_what_the_provider_asks_for(self, world: World) -> None:
        settings = {"mchid": "1", "api_key": "2", "stray": "3"}
        secrets = {"mchid": "4", "api_key": SECRET, "stray": "5"}

        account = save(world, AccountForm(FAKE, "甲", settings, secrets))

        assert account.settings == {"mchid": "1"}
        assert account.sealed_secrets == {"api_key": configure(world).cipher.seal(SECRET)}

    def test_leaves_out_what_is_not_required(self, world: World) -> None:
        account = save(world, form(provider=OTHER, note="  "))

        assert account.settings == {"mchid": "1900000001"}
        assert set(account.sealed_secrets) == {"api_key"}

    @pytest.mark.parametrize(
        ("filled", "blamed"),
        [
            (form("  "), ("name", "required")),
            (form(mchid=" "), ("mchid", "required")),
            (form(secret=" "), ("api_key", "required")),
            (AccountForm(FAKE, "甲", {"mchid": "1"}, {}), ("api_key", "required")),
            (form(mchid="1" * 8_001), ("mchid", "too_long")),
            (form(secret="k" * 8_001), ("api_key", "too_long")),
            (form(provider=OTHER, product="B"), ("product", "unknown")),
            (form(provider=OTHER, file="M" * (32 * 1024 + 1)), ("file", "too_long")),
            (form(provider=ProviderKey("x")), ("provider", "unknown")),
        ],
    )
    def test_refuses_an_unusable_field(
        self, world: World, filled: AccountForm, blamed: tuple[str, str]
    ) -> None:
        assert refused_field(world, filled) == blamed
        assert configure(world).accounts(world.admin) == []

    def test_takes_what_is_just_short_enough_and_seals_files(self, world: World) -> None:
        filled = form(secret="k" * 8_000, provider=OTHER, product="A", file="M" * 32 * 1024)

        account = save(world, filled)

        assert unsealed(world, account) == "k" * 8_000
        assert account.settings["product"] == "A"
        assert set(account.sealed_secrets) == {"api_key", "file"}

    def test_is_asked_for_with_the_fields_of_its_provider(self, world: World) -> None:
        assert configure(world).providers() == {FAKE: FAKE_FORM, OTHER: OTHER_FORM}

    def test_refuses_a_name_in_use(self, world: World) -> None:
        save(world)

        assert refused_field(world, form()) == ("name", "taken")

    def test_keeps_nothing_that_the_gateway_can_not_use(self, world: World) -> None:
        with pytest.raises(ProviderRefusedError):
            save(world, form(mchid="unusable"))

        assert configure(world).accounts(world.admin) == []
        assert world.provider.calls == []


class TestChangedAccount:
    def test_a_new_secret_takes_its_place(self, world: World) -> None:
        new = save(world, form(secret="another"), save(world))

        assert unsealed(world, new) == "another"

    @pytest.mark.parametrize(
        ("filled", "field"),
        [(form(provider=OTHER), "provider"), (form(mchid="1900000002"), "mchid")],
    )
    def test_goes_to_no_other_provider_or_merchant(
        self, world: World, filled: AccountForm, field: str
    ) -> None:
        """Nor do its secrets; orders and refunds under way are asked about where they began."""
        old = save(world)

        assert refused_field(world, filled, old) == (field, "fixed")
        assert configure(world).accounts(world.admin) == [old]

    def test_the_second_of_two_people_is_refused(self, world: World) -> None:
        seen = save(world)
        save(world, form("先改"), seen)

        with pytest.raises(StaleError):
            save(world, form("后改"), seen)

    def test_optional_fields_can_be_emptied_but_not_secrets(self, world: World) -> None:
        old = save(world, form(provider=OTHER, note="说明", old_key="before"))
        new = save(world, form(secret="", provider=OTHER), old)

        assert (old.settings["note"], "note" in new.settings) == ("说明", False)
        assert new.sealed_secrets == old.sealed_secrets
        assert set(new.sealed_secrets) == {"api_key", "old_key"}


class TestUse:
    def test_moves_from_one_account_to_the_other(self, world: World) -> None:
        first, second = save(world), save(world, form("备用"))

        started = configure(world).use_account(world.admin, account_id=second.id)

        assert (started.id, started.active, started.version) == (second.id, True, 2)
        assert active(world) == ["备用"]
        assert [entry.after["active"] for entry in trail(world, first)] == [False, True]
        assert [entry.after["active"] for entry in trail(world, second)] == [True, False]

    def test_of_the_one_in_use_changes_nothing(self, world: World) -> None:
        account = save(world)

        assert configure(world).use_account(world.admin, account_id=account.id) == account
        assert configure(world).accounts(world.admin) == [account]
        assert len(trail(world, account)) == 1

    def test_starts_where_none_was_in_use(self, world: World) -> None:
        account = save(world)
        with world.begin() as work:
            work.payment_accounts.save(attrs.evolve(account, active=False, version=2))
            work.commit()

        assert configure(world).use_account(world.admin, account_id=account.id).version == 3
        assert active(world) == ["物业收款"]

    def test_leaves_open_orders_where_they_are(self, world: World) -> None:
        save(world)
        bill, owner = world.add_bill(), world.add_owner()
        order = world.application.collect_payments.check_out(
            owner, numbers=[bill.number], request_key="k"
        )
        configure(world).use_account(world.admin, account_id=save(world, form("备用")).id)

        assert world.order(order.number) == order


class TestSecrets:
    def test_are_in_no_log(self, world: World) -> None:
        filled = form()
        account = save(world, filled)
        changed = save(world, form(secret="another key of it"), account)
        configure(world).use_account(world.admin, account_id=changed.id)
        official = save_official(world, 0)
        entries = [*trail(world, account), *world.history("official_account", world.company.id)]

        for shown in (filled, account, changed, official, entries):
            assert SECRET not in repr(shown)
            assert "another key" not in repr(shown)
        assert len(entries) == 3

    def test_the_log_tells_that_they_changed(self, world: World) -> None:
        account = save(world)
        same = save(world, form("改名", ""), account)
        save(world, form("改名", "another"), same)

        told = [entry.after["secrets_changed"] for entry in reversed(trail(world, account))]

        assert told == [True, False, True]

    def test_the_log_tells_the_plain_settings(self, world: World) -> None:
        account = save(world)
        save(world, form("改名"), account)
        changed, created = trail(world, account)

        assert [created.action, changed.action] == [AuditAction.CREATED, AuditAction.CHANGED]
        assert created.after["settings.mchid"] == "1900000001"
        assert changed.before == {"name": account.name}
        assert changed.after["name"] == "改名"


class TestCheck:
    def test_asks_about_an_order_that_nobody_made(self, world: World) -> None:
        account = save(world)

        report = configure(world).check(world.admin, account_id=account.id)

        assert report.outcome is Outcome.UNPAID
        assert world.provider.calls == ["query"]
        assert world.provider.trades == {}


class TestAccountsOfOthers:
    @pytest.mark.parametrize("verb", ["save", "use", "check"])
    def test_do_not_exist(self, world: World, verb: str) -> None:
        account, rival = save(world), world.rival_admin
        using = configure(world)
        acts: dict[str, Callable[[], object]] = {
            "save": lambda: using.save_account(
                rival, form=form(), account_id=account.id, version=1
            ),
            "use": lambda: using.use_account(rival, account_id=account.id),
            "check": lambda: using.check(rival, account_id=account.id),
        }

        with pytest.raises(ThingNotFoundError):
            acts[verb]()

        assert world.provider.calls == []


class TestOfficialAccount:
    def test_is_kept_with_its_secret(self, world: World) -> None:
        account = save_official(world, 0, f" {SECRET} ")

        assert (account.app_id, account.version) == ("wx0", 1)
        assert configure(world).cipher.unseal(account.sealed_secret) == SECRET
        assert configure(world).official_account(world.admin) == account
        assert configure(world).official_account(world.rival_admin) is None

    def test_an_empty_secret_keeps_the_old_one_and_a_new_one_takes_its_place(
        self, world: World
    ) -> None:
        assert configure(world).official_account(world.admin) is None
        old = save_official(world, 0)
        same = save_official(world, 1, "  ")
        new = save_official(world, 2, "another")

        assert (same.app_id, same.version) == ("wx1", 2)
        assert same.sealed_secret == old.sealed_secret
        assert configure(world).cipher.unseal(new.sealed_secret) == "another"

    def test_a_version_of_nothing_is_refused(self, world: World) -> None:
        with pytest.raises(StaleError):
            save_official(world, 1, "")

    @pytest.mark.parametrize(
        ("app_id", "secret", "field"), [(" ", "s", "app_id"), ("wx1", " ", "app_secret")]
    )
    def test_needs_an_id_and_a_first_secret(
        self, world: World, app_id: str, secret: str, field: str
    ) -> None:
        with pytest.raises(FieldError) as refused:
            configure(world).save_official_account(
                world.admin, app_id=app_id, secret=secret, version=0
            )

        assert (refused.value.field, refused.value.reason) == (field, "required")
        assert configure(world).official_account(world.admin) is None

    def test_every_change_is_told(self, world: World) -> None:
        save_official(world, 0)
        save_official(world, 1, "")
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
        world: World,
        act: Callable[[ConfigurePayments, Actor], object],
        role: Role,
    ) -> None:
        with pytest.raises(PermissionMissingError) as refused:
            act(configure(world), world.actor(role))

        assert refused.value.permission == "configure_company"
