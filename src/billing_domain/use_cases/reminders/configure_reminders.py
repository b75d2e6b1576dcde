"""How a company reminds, and its official account's menu (催缴设置, 菜单配置; rules 4.2, 9)."""

from __future__ import annotations

import re
from typing import Final

import attrs

from billing_domain.errors import FieldError, MessagingMisconfiguredError, StaleError
from billing_domain.model.company.actor import Actor
from billing_domain.model.company.audit import AuditAction, AuditFacts
from billing_domain.model.company.staff import Permission
from billing_domain.model.reminders.menu import MenuButton, check_menu
from billing_domain.model.reminders.official_account import OfficialAccount
from billing_domain.model.reminders.settings import (
    ReminderChannel,
    ReminderSettings,
    ReminderTemplate,
)
from billing_domain.ports.reminders.messaging import MenuEditor
from billing_domain.ports.unit_of_work import UnitOfWorkFactory

_TEMPLATE_ID: Final = re.compile(r"[0-9A-Za-z_-]{1,64}")
_KEY: Final = re.compile(r"[a-z_]{1,30}[0-9]{0,3}")
_FIXED_LENGTH_MAX: Final = 32
FIELDS_MAX: Final = 10


@attrs.frozen
class ConfigureReminders:
    """Changes by those who may `CONFIGURE_COMPANY`; the provider is asked outside of storage."""

    begin: UnitOfWorkFactory
    menu: MenuEditor

    def settings(self, actor: Actor) -> ReminderSettings:
        """Return what the company chose; raise PermissionMissingError."""
        actor.require(Permission.CONFIGURE_COMPANY)
        with self.begin(read_only=True) as work:
            return work.reminder_settings.get(actor.company_id)

    def change_channel(
        self, actor: Actor, *, version: int, channel: ReminderChannel, days: int, on: bool
    ) -> ReminderSettings:
        """Choose a channel's calendar days, 1..365, and whether it is used (rule 4.2).

        Raises FieldError, StaleError, PermissionMissingError.
        """
        old = self._seen(actor, version)
        policy = old.policy.change(channel, days=days, on=on)
        return self._save(actor, old, attrs.evolve(old, policy=policy))

    def change_template(
        self, actor: Actor, *, version: int, template: ReminderTemplate
    ) -> ReminderSettings:
        """Choose the message template of the official account; raises as change_channel."""
        old = self._seen(actor, version)
        _check_template(template)
        return self._save(actor, old, attrs.evolve(old, template=template))

    def show_menu(self, actor: Actor) -> tuple[MenuButton, ...]:
        """Return the menu that owners see now, empty for none.

        Raises MessagingMisconfiguredError, `no_account` without an official account, and
        ProviderUnavailableError.
        """
        return self.menu.get(self._account(actor))

    def put_menu(self, actor: Actor, buttons: tuple[MenuButton, ...]) -> None:
        """Put a menu in place of the one that is there (同步菜单); raise FieldError too."""
        account = self._account(actor)
        check_menu(buttons)
        self.menu.create(account, buttons)
        every = [each for button in buttons for each in (button, *button.buttons)]
        self._menu_changed(
            actor,
            buttons=" ".join(each.name for each in every),
            links=" ".join(each.url for each in every if each.url),
        )

    def remove_menu(self, actor: Actor) -> None:
        """Remove the menu; raises as show_menu."""
        self.menu.delete(self._account(actor))
        self._menu_changed(actor, buttons="", links="")

    def _seen(self, actor: Actor, version: int) -> ReminderSettings:
        settings = self.settings(actor)
        if settings.version != version:
            raise StaleError(kind="reminder_settings", id=actor.company_id)
        return settings

    def _save(
        self, actor: Actor, old: ReminderSettings, changed: ReminderSettings
    ) -> ReminderSettings:
        new = attrs.evolve(changed, version=old.version + 1)
        with self.begin() as work:
            work.reminder_settings.save(new)
            work.record(actor, AuditAction.CHANGED, old, new)
            work.commit()
        return new

    def _account(self, actor: Actor) -> OfficialAccount:
        actor.require(Permission.CONFIGURE_COMPANY)
        with self.begin(read_only=True) as work:
            account = work.official_accounts.find(actor.company_id)
        if account is None:
            raise MessagingMisconfiguredError(reason="no_account", detail="")
        return account

    def _menu_changed(self, actor: Actor, *, buttons: str, links: str) -> None:
        facts = {"buttons": buttons, "links": links}
        with self.begin() as work:
            menu = AuditFacts("menu", actor.company_id, facts)
            work.record(actor, AuditAction.CHANGED, after=menu)
            work.commit()


def _check_template(template: ReminderTemplate) -> None:
    if not template.template_id:
        raise FieldError(field="template_id", reason="required")
    if _TEMPLATE_ID.fullmatch(template.template_id) is None:
        raise FieldError(field="template_id", reason="format", value=template.template_id)
    _check_keys([*template.parts, *template.fixed])
    for text in template.fixed.values():
        if not text.strip() or len(text) > _FIXED_LENGTH_MAX or not text.isprintable():
            raise FieldError(field="template_text", reason="format", value=text)


def _check_keys(keys: list[str]) -> None:
    if not keys:
        raise FieldError(field="template_field", reason="required")
    if len(keys) > FIELDS_MAX:
        raise FieldError(field="template_field", reason="too_long")
    for key in keys:
        if _KEY.fullmatch(key) is None or keys.count(key) > 1:
            raise FieldError(field="template_field", reason="format", value=key)
