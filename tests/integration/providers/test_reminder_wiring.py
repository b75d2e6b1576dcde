"""The wired application: real people are reminded at WeChat, the demo in the sandbox alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest

from billing_adapters.fakes.system import FrozenClock
from billing_adapters.system.ids import SystemIds
from billing_domain.errors import MessagingMisconfiguredError
from billing_domain.model.bills.bill import PendingBill
from billing_domain.model.bills.bill_number import bill_number
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.company.actor import Actor
from billing_domain.model.company.community import Community
from billing_domain.model.houses.resident import Relation, Resident, ResidentId
from billing_domain.model.jobs.outbox import JobKind
from billing_domain.model.money import Money
from billing_domain.model.reminders.menu import MenuButton
from billing_domain.model.reminders.official_account import DEMO
from billing_domain.ports.reminders.messaging import InboxMessage, ReminderMessage
from billing_domain.services.reminders.deliver_reminders import DeliverReminders
from billing_entrypoints.application import Application
from billing_entrypoints.bootstrap import migrate_database, open_application
from billing_entrypoints.cli.demo.reminders import DemoReminders
from billing_entrypoints.settings import load_settings
from tests.simulators.wechat_official import WechatOfficialSimulator
from tests.world import NOON, TEMPLATE, period

MENU = (MenuButton("缴费", "https://fee.example.com/owner/1"),)
MESSAGE = ReminderMessage("小区", "101", 1, Money(100), "https://fee.example.com/", "m1")


@pytest.fixture
def wechat() -> Iterator[WechatOfficialSimulator]:
    with WechatOfficialSimulator(FrozenClock(NOON)) as simulator:
        yield simulator


@pytest.fixture
def application(tmp_path: Path, wechat: WechatOfficialSimulator) -> Iterator[Application]:
    """A deployment to try out, before a WeChat that we play."""
    settings = load_settings(
        {"BILLING_DATA_DIR": str(tmp_path), "BILLING_WECHAT_API_URL": wechat.url}
    )
    migrate_database(settings)
    with open_application(settings, clock=FrozenClock(NOON)) as opened:
        yield opened


def remind(application: Application, actor: Actor, place: Community, openid: str) -> None:
    """Remind somebody of a bill in a house of their own, and send what waits."""
    ids = SystemIds()
    house = application.register_residents.add_house(
        actor, community_id=place.id, address=f"1号楼/{openid}"
    )
    who = Resident(
        ResidentId(ids.new_id()), place.id, house.id, "王小明", "13800001234", Relation.OWNER,
        None, openid=openid,
    )  # fmt: skip
    bill = PendingBill(
        number=bill_number(NOON, ids.bill_serials(1)[0]),
        community_id=place.id,
        house_id=house.id,
        fee_type=FeeType.WATER,
        amount=Money(100),
        period=period("2026年10月", "2026年10月"),
        imported_at=NOON,
    )
    with application.remind_residents.begin() as work:
        work.residents.add_all([who])
        work.bills.add_all([bill])
        work.commit()
    application.remind_residents.by_numbers(actor, [bill.number])
    application.run_outbox.run_once(holder="worker")


def inbox(application: Application, openid: str) -> list[InboxMessage]:
    """Return what a demo resident reads."""
    assert application.inbox is not None
    return list(application.inbox.messages(openid))


class TestDevelopment:
    def test_reminds_in_the_sandbox_or_at_wechat(
        self, application: Application, wechat: WechatOfficialSimulator
    ) -> None:
        """One deployment serves for all, as opening it takes long."""
        companies = application.configure_companies
        actor = Actor.system(companies.create_company(name="安居物业").id)
        place = companies.add_community(actor, name="幸福家园")
        companies.open_community(actor, community_id=place.id)
        demo, reminders = DemoReminders(application, actor), application.configure_reminders
        demo.set_up()
        demo.put_menu(place)

        remind(application, actor, place, f"{DEMO}somebody")
        (shown,) = inbox(application, f"{DEMO}somebody")
        assert (shown.message.house, shown.sent_at) == ("1号楼/DEMO/SOMEBODY", NOON)
        assert reminders.show_menu(actor)
        assert not wechat.requests, "the demo asks WeChat nothing"

        application.configure_payments.save_official_account(
            actor, app_id=wechat.tokens.app_id, secret=wechat.tokens.secret, version=1
        )
        reminders.change_template(actor, version=1, template=TEMPLATE)
        real = wechat.follow()
        for openid in (real, f"{DEMO}another"):
            remind(application, actor, place, openid)
        (sent,) = wechat.messages
        assert sent.openid == real
        assert sent.url.startswith("http://127.0.0.1:8000/owner/reminders/")
        assert [len(inbox(application, each)) for each in (real, f"{DEMO}another")] == [0, 1]

        assert reminders.show_menu(actor) == ()
        reminders.put_menu(actor, MENU)
        assert reminders.show_menu(actor) == MENU
        assert wechat.menu is not None


class TestProduction:
    def test_has_no_sandbox_and_takes_no_text_message_for_sent(self, tmp_path: Path) -> None:
        developing = load_settings({"BILLING_DATA_DIR": str(tmp_path)})
        settings = attrs.evolve(developing, in_production=True)
        migrate_database(settings)

        with open_application(settings) as application:
            deliver = application.run_outbox.handlers[JobKind.REMINDER]
            assert isinstance(deliver, DeliverReminders)
            with pytest.raises(MessagingMisconfiguredError) as caught:
                deliver.sms.send("13800000001", MESSAGE)

        assert caught.value.reason == "no_sms"
        assert application.inbox is None
        assert not list(tmp_path.glob("*sms*"))
