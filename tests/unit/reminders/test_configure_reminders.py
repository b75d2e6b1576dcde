"""How a company reminds, and the menu of its account: rules 4.2, 9, 2.11.

What may be changed by whom, and what is stored, is in the tests of the pages.
"""

from __future__ import annotations

import pytest

from billing_domain.errors import FieldError, MessagingMisconfiguredError, StaleError
from billing_domain.model.reminders.menu import MenuButton
from billing_domain.model.reminders.settings import MessagePart, ReminderChannel, ReminderTemplate
from billing_domain.use_cases.reminders.configure_reminders import ConfigureReminders
from tests.world import TEMPLATE, World


@pytest.fixture
def configure(world: World) -> ConfigureReminders:
    return world.application.configure_reminders


def template(
    template_id: str = "t1", fixed: dict[str, str] | None = None, **parts: MessagePart
) -> ReminderTemplate:
    return ReminderTemplate(template_id, parts, fixed or {})


class TestTheRecord:
    def test_has_the_days_of_a_channel(self, world: World, configure: ConfigureReminders) -> None:
        configure.change_channel(
            world.admin, version=1, channel=ReminderChannel.WECHAT, days=7, on=True
        )

        *_, entry = world.audit_entries()
        assert entry.subject_kind == "reminder_settings"
        assert (entry.before, entry.after) == ({"wechat_days": 3}, {"wechat_days": 7})

    def test_has_every_field_of_a_template(
        self, world: World, configure: ConfigureReminders
    ) -> None:
        wanted = template(
            fixed={"const1": "物业费"}, number2=MessagePart.COUNT, thing1=MessagePart.HOUSE
        )

        configure.change_template(world.admin, version=1, template=wanted)

        *_, entry = world.audit_entries()
        assert entry.after == {
            "template_id": "t1",
            "template_parts": "number2=count thing1=house",
            "template_texts": "const1=物业费",
        }

    def test_has_where_each_button_of_a_menu_leads(
        self, world: World, configure: ConfigureReminders
    ) -> None:
        below = MenuButton("账单", "https://a.example/"), MenuButton("电话", "https://b.example/")
        configure.put_menu(world.admin, (MenuButton("物业", buttons=below),))
        configure.remove_menu(world.admin)

        entries = [entry for entry in world.audit_entries() if entry.subject_kind == "menu"]
        assert [entry.after for entry in entries] == [
            {"buttons": "物业 账单 电话", "links": "https://a.example/ https://b.example/"},
            {"buttons": "", "links": ""},
        ]


class TestARefusal:
    def test_of_settings_that_somebody_changed_meanwhile(
        self, world: World, configure: ConfigureReminders
    ) -> None:
        sms = ReminderChannel.SMS
        changed = configure.change_channel(world.admin, version=1, channel=sms, days=7, on=True)

        with pytest.raises(StaleError) as refused:
            configure.change_channel(world.admin, version=1, channel=sms, days=9, on=True)

        assert refused.value.facts == {"kind": "reminder_settings", "id": world.company.id}
        assert configure.settings(world.admin) == changed

    def test_of_a_menu_without_an_official_account(
        self, world: World, configure: ConfigureReminders
    ) -> None:
        buttons = (MenuButton("账单", "https://a.example/"),)
        for act in (
            configure.show_menu,
            configure.remove_menu,
            lambda actor: configure.put_menu(actor, buttons),
        ):
            with pytest.raises(MessagingMisconfiguredError) as refused:
                act(world.rival_admin)
            assert refused.value.reason == "no_account"


class TestATemplate:
    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            (template("", thing1=MessagePart.HOUSE), "template_id"),
            (template("有空格 ", thing1=MessagePart.HOUSE), "template_id"),
            (template(), "template_field"),
            (template(Thing=MessagePart.HOUSE), "template_field"),
            (template(fixed={"thing1": "x"}, thing1=MessagePart.HOUSE), "template_field"),
            (template(fixed={f"const{n}": "x" for n in range(11)}), "template_field"),
            (template(fixed={"const1": " "}), "template_text"),
            (template(fixed={"const1": "长" * 33}), "template_text"),
            (template(fixed={"const1": "两\n行"}), "template_text"),
        ],
    )
    def test_that_cannot_be_is_refused(
        self, world: World, configure: ConfigureReminders, wrong: ReminderTemplate, field: str
    ) -> None:
        with pytest.raises(FieldError) as refused:
            configure.change_template(world.admin, version=1, template=wrong)

        assert refused.value.field == field
        assert configure.settings(world.admin).template == TEMPLATE
