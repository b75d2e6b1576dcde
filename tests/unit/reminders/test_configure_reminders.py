"""How a company reminds, and the menu of its account: rules 4.2, 9, 2.11."""

from __future__ import annotations

import pytest

from billing_domain.errors import (
    FieldError,
    MessagingMisconfiguredError,
    PermissionMissingError,
    StaleError,
)
from billing_domain.model.company.staff import Role
from billing_domain.model.reminders.menu import MenuButton
from billing_domain.model.reminders.settings import (
    MessagePart,
    ReminderChannel,
    ReminderSettings,
    ReminderTemplate,
)
from tests.unit.reminders.reminding import TEMPLATE, RemindingWorld

WECHAT = ReminderChannel.WECHAT
BUTTONS = (MenuButton("物业缴费", "https://fee.example.com/owner"),)


@pytest.fixture
def world() -> RemindingWorld:
    return RemindingWorld()


def template(
    template_id: str = "t1", fixed: dict[str, str] | None = None, **parts: MessagePart
) -> ReminderTemplate:
    return ReminderTemplate(template_id, parts, fixed or {})


class TestSettings:
    def test_are_the_defaults_until_somebody_chooses(self, world: RemindingWorld) -> None:
        rival = world.configure.settings(world.rival_admin)

        assert rival == ReminderSettings(world.rival.id)
        assert rival.policy.days(WECHAT) == 3

    def test_keep_the_days_of_a_channel(self, world: RemindingWorld) -> None:
        changed = world.configure.change_channel(
            world.admin, version=1, channel=WECHAT, days=7, on=True
        )

        assert (changed.policy.days(WECHAT), changed.template, changed.version) == (7, TEMPLATE, 2)
        assert world.configure.settings(world.admin) == changed

    def test_are_on_the_record(self, world: RemindingWorld) -> None:
        world.configure.change_channel(world.admin, version=1, channel=WECHAT, days=7, on=True)

        *_, entry = world.audit_entries()
        assert entry.subject_kind == "reminder_settings"
        assert (entry.before, entry.after) == ({"wechat_days": 3}, {"wechat_days": 7})

    def test_refuse_what_another_has_changed(self, world: RemindingWorld) -> None:
        with pytest.raises(StaleError):
            world.configure.change_channel(world.admin, version=0, channel=WECHAT, days=7, on=True)
        with pytest.raises(StaleError):
            world.configure.change_template(world.admin, version=0, template=TEMPLATE)

    def test_need_the_right(self, world: RemindingWorld) -> None:
        desk = world.actor(Role.FRONT_DESK)

        with pytest.raises(PermissionMissingError):
            world.configure.settings(desk)
        with pytest.raises(PermissionMissingError):
            world.configure.put_menu(desk, BUTTONS)

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
    def test_refuse_a_template_that_cannot_be(
        self, world: RemindingWorld, wrong: ReminderTemplate, field: str
    ) -> None:
        with pytest.raises(FieldError) as refused:
            world.configure.change_template(world.admin, version=1, template=wrong)

        assert refused.value.field == field
        assert world.configure.settings(world.admin).template == TEMPLATE

    def test_keep_a_template_with_words_of_its_own(self, world: RemindingWorld) -> None:
        wanted = template(fixed={"const1": "物业费", "const2": "请尽快"}, thing1=MessagePart.HOUSE)

        world.configure.change_template(world.admin, version=1, template=wanted)

        assert world.configure.settings(world.admin).template == wanted

    def test_put_every_field_of_a_template_on_the_record(self, world: RemindingWorld) -> None:
        wanted = template(
            fixed={"const1": "物业费"}, number2=MessagePart.COUNT, thing1=MessagePart.HOUSE
        )

        world.configure.change_template(world.admin, version=1, template=wanted)

        *_, entry = world.audit_entries()
        assert entry.after == {
            "template_id": "t1",
            "template_parts": "number2=count thing1=house",
            "template_texts": "const1=物业费",
        }


class TestTheMenu:
    def test_is_shown_put_and_removed(self, world: RemindingWorld) -> None:
        assert world.configure.show_menu(world.admin) == ()
        world.configure.put_menu(world.admin, BUTTONS)
        assert world.configure.show_menu(world.admin) == BUTTONS

        world.configure.remove_menu(world.admin)

        assert world.configure.show_menu(world.admin) == ()

    def test_is_on_the_record(self, world: RemindingWorld) -> None:
        world.configure.put_menu(world.admin, BUTTONS)
        world.configure.remove_menu(world.admin)

        entries = [entry for entry in world.audit_entries() if entry.subject_kind == "menu"]
        assert [entry.after for entry in entries] == [
            {"buttons": "物业缴费", "links": BUTTONS[0].url},
            {"buttons": "", "links": ""},
        ]

    def test_puts_where_each_button_leads_on_the_record(self, world: RemindingWorld) -> None:
        below = (
            MenuButton("账单", "https://a.example/"),
            MenuButton("电话", "https://b.example/"),
        )
        world.configure.put_menu(world.admin, (MenuButton("物业", buttons=below),))

        *_, entry = world.audit_entries()
        assert entry.after == {
            "buttons": "物业 账单 电话",
            "links": "https://a.example/ https://b.example/",
        }

    def test_is_refused_before_wechat_is_asked(self, world: RemindingWorld) -> None:
        with pytest.raises(FieldError):
            world.configure.put_menu(world.admin, ())

    def test_needs_an_account(self, world: RemindingWorld) -> None:
        with pytest.raises(MessagingMisconfiguredError) as refused:
            world.configure.show_menu(world.rival_admin)

        assert refused.value.reason == "no_account"
