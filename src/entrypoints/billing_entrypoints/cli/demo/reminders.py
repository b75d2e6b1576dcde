"""Reminders of the demo: an official account that WeChat does not know, and some that arrived."""

from __future__ import annotations

from typing import Final

import attrs

from billing_domain.model.company.actor import Actor
from billing_domain.model.company.community import Community
from billing_domain.model.reminders.menu import MenuButton
from billing_domain.model.reminders.official_account import DEMO
from billing_domain.model.reminders.settings import MessagePart, ReminderTemplate
from billing_domain.ports.bills import BillFilter
from billing_domain.ports.reminders.queries import ReminderFilter
from billing_entrypoints.application import Application

APP_ID: Final = f"{DEMO}official-account"
TEMPLATE: Final = ReminderTemplate(
    f"{DEMO}template",
    {
        "thing1": MessagePart.COMMUNITY,
        "thing2": MessagePart.HOUSE,
        "character_string3": MessagePart.COUNT,
        "amount4": MessagePart.TOTAL,
        "time5": MessagePart.SENT_AT,
    },
)
REMINDED: Final = ("1号楼/1单元", "5号楼/1单元")
"""Where everybody who owes something was reminded; of the second nobody is reached."""

_WORKER: Final = "demo"


@attrs.frozen
class DemoReminders:
    """Lets a company remind through the sandbox; what is there already stays."""

    application: Application
    actor: Actor

    def set_up(self) -> None:
        """Enter the official account and its template."""
        payments = self.application.configure_payments
        if payments.official_account(self.actor) is None:
            # Nobody is asked for it: messages of the demo go to its own inbox.
            payments.save_official_account(self.actor, app_id=APP_ID, secret=DEMO, version=0)
        configure = self.application.configure_reminders
        settings = configure.settings(self.actor)
        if settings.template is None:
            configure.change_template(self.actor, version=settings.version, template=TEMPLATE)

    def put_menu(self, community: Community) -> None:
        """Let the menu of the official account lead to a community's owner pages."""
        configure = self.application.configure_reminders
        if not configure.show_menu(self.actor):
            base = self.application.show_collection_codes.owner_url
            configure.put_menu(self.actor, (MenuButton("缴费", f"{base}/{community.id}"),))

    def remind(self, community: Community) -> None:
        """Remind some houses, unless any was reminded before, and deliver the messages."""
        if not self.application.view_reminders.page(
            self.actor, ReminderFilter(community_id=community.id), rows=1
        ).rows:
            for text in REMINDED:
                houses = BillFilter(community_id=community.id, text=text)
                self.application.remind_residents.by_filter(self.actor, houses)
        while self.application.run_outbox.run_once(holder=_WORKER).claimed:
            pass
