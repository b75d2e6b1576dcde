"""`billing remind` (rules 4.1 to 4.3)."""

from __future__ import annotations

import attrs
import pytest

from billing_adapters.fakes.messaging import FakeMessages
from billing_adapters.fakes.system import FrozenClock
from billing_domain.errors import ProviderUnavailableError
from billing_domain.model.jobs.outbox import JobKind
from billing_domain.model.reminders.official_account import OfficialAccount
from billing_domain.model.reminders.queued_reminder import RECOGNISED_FOR
from billing_domain.model.reminders.settings import MessagePart, ReminderTemplate
from billing_domain.services.reminders.deliver_reminders import DeliverReminders
from billing_entrypoints.cli.company.lookups import Place, find_community
from tests.unit.conftest import Commands

HERE = ("remind", "--community", "幸福家园")
BOUND, UNBOUND, FREE = "1号楼/1单元/101", "1号楼/1单元/102", "2号楼/1单元/101"
EMPTY: dict[str, list[object]] = {
    "cooling": [],
    "under_way": [],
    "unreachable": [],
    "nothing_unpaid": [],
    "queued": [],
}


def place(billing: Commands) -> Place:
    application = billing.application
    return find_community(application, application.configure_companies.companies(), "幸福家园")


def connect(billing: Commands) -> None:
    """Set an official account with a template up."""
    application, here = billing.application, place(billing)
    with application.run_outbox.begin() as work:
        work.official_accounts.save(OfficialAccount(here.company.id, "wx1", "sealed"))
        work.commit()
    template = ReminderTemplate("template-1", {"thing1": MessagePart.HOUSE})
    application.configure_reminders.change_template(here.actor, version=0, template=template)


@pytest.fixture
def owing(settled: Commands) -> Commands:
    """Two houses owe: in the first the owner has bound WeChat, in the second nobody has."""
    connect(settled)
    here = place(settled)
    with settled.application.run_outbox.begin() as work:
        houses = work.houses.of_community(here.community.id)
        (bound,) = [house for house in houses if house.address.text == BOUND]
        (owner,) = work.residents.of_house(bound.id)
        work.residents.save(attrs.evolve(owner, openid="openid-1", version=owner.version + 1))
        work.commit()
    sheet = settled.file(
        f"{BOUND},物业费,1300,2026年01月,2026年01月,",
        f"{BOUND},水费,20,2026年01月,2026年01月,",
        f"{UNBOUND},物业费,900,2026年01月,2026年01月,",
    )
    assert settled("import", sheet, "--community", "幸福家园").status == 0
    return settled


def deliver(billing: Commands) -> None:
    assert billing("worker", "--once").status == 0


class TestReminding:
    def test_queues_one_message_for_a_house(self, owing: Commands) -> None:
        answer = owing(*HERE, "--json")

        assert answer.status == 0
        (queued,) = answer.data["queued"]
        assert len(queued.pop("bills")) == 2
        assert queued == {"house": f"幸福家园/{BOUND}", "total_fen": 132_000, "recipients": 1}
        assert answer.data["unreachable"] == [{"house": f"幸福家园/{UNBOUND}"}]
        assert len(answer.data["run_id"]) == 32

    def test_speaks_to_people_in_a_table(self, owing: Commands) -> None:
        *lines, summary = owing(*HERE).out.splitlines()

        assert [line.split() for line in lines] == [
            ["住址", "结果", "缴费单", "金额", "说明"],
            [f"幸福家园/{BOUND}", "已排队", "2", "笔", "¥1,320.00", "通知", "1", "人"],
            [f"幸福家园/{UNBOUND}", "无人可通知", "--", "--", "没有住户绑定微信"],
        ]
        assert summary == "催缴：已排队 1 户，无人可通知 1 户"

    def test_takes_the_bills_that_a_text_finds(self, owing: Commands) -> None:
        answer = owing(*HERE, "--query", "102", "--json")

        assert [each["house"] for each in answer.data["unreachable"]] == [f"幸福家园/{UNBOUND}"]
        assert answer.data["queued"] == []

    @pytest.mark.parametrize("text", ["", " ", "\u200b", "x" * 65])
    def test_refuses_a_text_that_restricts_less_than_it_says(
        self, owing: Commands, text: str
    ) -> None:
        """Rule 2.4: a script's empty variable must not remind everybody."""
        answer = owing(*HERE, "--query", text)

        assert answer.status == 1
        assert "搜索内容" in answer.err
        assert owing(*HERE, "--query", BOUND, "--dry-run").status == 0

    def test_of_nobody_is_no_error(self, owing: Commands) -> None:
        answer = owing(*HERE, "--query", "无此人")

        assert (answer.status, answer.out) == (0, "催缴：没有待支付的缴费单\n")
        asked = owing(*HERE, "--query", "无此人", "--json")
        assert asked.data == {"dry_run": False, "run_id": None, **EMPTY}

    def test_names_houses_of_many_pages(self, settled: Commands) -> None:
        connect(settled)
        houses = [f"7号楼/1单元/{number}" for number in range(1, 151)]
        sheet = settled.residents(*houses, name="more.csv")
        settled("residents", "import", sheet, "--community", "幸福家园")
        lines = [f"{house},水费,1,2026年01月,2026年01月," for house in houses]
        settled("import", settled.file(*lines), "--community", "幸福家园")

        told = settled(*HERE, "--json").data["unreachable"]

        assert [each["house"] for each in told] == [f"幸福家园/{house}" for house in houses]


class TestASecondTime:
    def test_waits_for_the_first(self, owing: Commands) -> None:
        owing(*HERE)

        assert "2026年11月20日的催缴还在发送" in owing(*HERE).out
        assert owing(*HERE, "--json").data["under_way"] == [
            {"house": f"幸福家园/{BOUND}", "since": "2026-11-20"}
        ]

    def test_is_too_soon_and_says_until_when(self, owing: Commands) -> None:
        owing(*HERE)
        deliver(owing)

        answer = owing(*HERE)

        assert answer.status == 0
        assert "2026年11月20日已推送过，请于2026年11月23日后再催缴" in answer.out
        assert owing(*HERE, "--json").data["cooling"] == [
            {
                "house": f"幸福家园/{BOUND}",
                "last_on": "2026-11-20",
                "next_on": "2026-11-23",
                "sure": True,
            }
        ]

    def test_is_too_soon_when_the_first_may_have_arrived(self, owing: Commands) -> None:
        """Promise P27: nobody answered, so nobody knows."""
        deliver_reminders = owing.application.run_outbox.handlers[JobKind.REMINDER]
        assert isinstance(deliver_reminders, DeliverReminders)
        assert isinstance(deliver_reminders.sender, FakeMessages)
        silence = ProviderUnavailableError(detail="no answer in time", silent=True)
        deliver_reminders.sender.failures.append(silence)
        owing(*HERE)
        deliver(owing)
        assert isinstance(owing.clock, FrozenClock)
        owing.clock.advance(RECOGNISED_FOR)
        deliver(owing)

        assert "2026年11月20日可能已推送过" in owing(*HERE).out
        assert owing(*HERE, "--json").data["cooling"][0]["sure"] is False


class TestARehearsal:
    def test_keeps_nothing_and_says_so(self, owing: Commands) -> None:
        answer, data = owing(*HERE, "--dry-run"), owing(*HERE, "--dry-run", "--json").data

        assert answer.status == 0
        assert answer.out.splitlines()[-1] == "试算，没有发送：将发送 1 户，无人可通知 1 户"
        assert (data["dry_run"], data["run_id"], len(data["queued"])) == (True, None, 1)
        assert owing("worker", "--once", "--json").data["done"] == 0
        assert owing(*HERE, "--json").data["queued"]


class TestRefusals:
    def test_say_what_is_missing(self, settled: Commands) -> None:
        sheet = settled.file(f"{FREE},物业费,1300,2026年01月,2026年01月,")
        settled("import", sheet, "--community", "幸福家园")

        answer = settled(*HERE)

        assert answer.status == 1
        assert "还没有设置公众号" in answer.err
        refused = settled(*HERE, "--json").data["refused"]
        assert refused["code"] == "messaging_misconfigured"

    def test_name_the_communities_there_are(self, settled: Commands) -> None:
        assert "幸福家园" in settled("remind", "--community", "别处").err
