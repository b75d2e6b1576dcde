"""The demo data: enough of everything, the same for everyone, made once."""

from datetime import UTC, datetime, timedelta

import pytest

from billing_adapters.fakes.system import FrozenClock
from billing_domain.model.bills.bill import BillState
from billing_domain.model.company.actor import Actor
from billing_domain.model.company.staff import Role
from billing_domain.ports.bills import BillFilter
from billing_domain.ports.reminders.queries import ReminderFilter
from billing_entrypoints.cli.demo.content import COMPANIES, PASSWORD, months, resident_rows
from tests.unit.conftest import Commands

HERE = ("--community", "幸福家园")
DEMO = COMPANIES[0].community


@pytest.fixture
def filled(billing: Commands) -> Commands:
    assert billing("demo").status == 0
    return billing


class TestContent:
    def test_is_the_same_every_time(self) -> None:
        now = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)

        assert list(months(DEMO, now)) == list(months(DEMO, now))
        assert resident_rows(DEMO) == resident_rows(DEMO)

    @pytest.mark.parametrize(
        "now", [datetime(2028, 2, 29, tzinfo=UTC), datetime(2027, 1, 1, 0, 5, tzinfo=UTC)]
    )
    def test_never_lies_in_the_future(self, now: datetime) -> None:
        for month in months(DEMO, now):
            assert month.imported_at < now
            paid = [bill.paid_at for bill in month.bills if bill.paid_at is not None]
            assert all(month.imported_at < at <= now for at in paid)

    def test_charges_nobody_twice_for_the_same(self) -> None:
        now = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
        charges = [
            (bill.address, bill.fee_type, bill.period)
            for month in months(DEMO, now)
            for bill in month.bills
        ]

        assert len(set(charges)) == len(charges) == 400


class TestDemo:
    def test_fills_communities_of_every_status_for_a_year(self, filled: Commands) -> None:
        listed = filled("bills", "list", *HERE, "--limit", "1000", "--json").data
        places = filled("community", "list", "--json").data["communities"]

        assert listed["count"] == 400
        paid = [bill for bill in listed["bills"] if bill["state"] == "paid"]
        assert 220 <= len(paid) <= 260
        assert len({bill["channel"] for bill in paid}) == 5
        assert len({bill["fee_type"] for bill in listed["bills"]}) == 10
        assert len({bill["imported_at"][:7] for bill in listed["bills"]}) == 12
        assert len({bill["house"] for bill in listed["bills"]}) > 100
        assert all(bill["residents"] for bill in listed["bills"])
        assert (len(DEMO.addresses), len(resident_rows(DEMO))) == (120, 250)
        statuses = sorted(place["status"] for place in places)
        assert statuses == ["not_opened", "open", "open", "stopped"]
        assert {place["company"] for place in places} == {"阳光物业", "海棠物业"}

    def test_changes_nothing_the_second_time_and_shows_sign_ins_that_work(
        self, billing: Commands
    ) -> None:
        said = billing("demo").out
        before = billing("bills", "list", *HERE, "--limit", "1000", "--json").data
        again = billing("demo", "--json").data

        assert said.startswith("已填入演示数据\n")
        assert "demo-admin" in said
        assert PASSWORD in said
        assert again["created"] is False
        assert billing("bills", "list", *HERE, "--limit", "1000", "--json").data == before
        assert {each["role"] for each in again["sign_ins"]} == {role.value for role in Role}
        for each in again["sign_ins"]:
            billing.application.sign_in.sign_in(
                login_name=each["login_name"], password=each["password"], address="::1"
            )

    def test_reminded_yesterday_and_lets_every_company_remind_at_once(
        self, filled: Commands
    ) -> None:
        application = filled.application
        actors = [Actor.system(each.id) for each in application.configure_companies.companies()]
        for actor in actors:
            account = application.configure_payments.official_account(actor)
            assert account is not None
            assert account.is_demo
            assert application.configure_reminders.show_menu(actor)
            rehearsed = application.remind_residents.by_filter(actor, BillFilter(), dry_run=True)
            assert rehearsed.batch.decisions

        rows = application.view_reminders.page(actors[0], ReminderFilter()).rows
        assert {row.requested_by for row in rows} == {"王敏"}

    def test_leaves_alone_what_people_changed_since(self, filled: Commands) -> None:
        application = filled.application
        company = application.configure_companies.companies()[0]
        actor = Actor.system(company.id)
        paid = BillFilter(states=frozenset({BillState.PAID}))
        row = application.view_bills.page(actor, bill_filter=paid).rows[0]
        application.manage_bills.take_back(
            actor, number=row.number, version=row.version, reason="记错了"
        )

        filled("demo")

        detail = application.view_bills.detail(actor, number=row.number)
        assert detail.row.state is BillState.PENDING

    def test_goes_on_where_it_was_interrupted(self, billing: Commands) -> None:
        """The accounts come last, so a filling without them is not whole."""
        clock = FrozenClock(datetime.now(UTC) - timedelta(days=1))
        billing.clock = clock
        configure = billing.application.configure_companies
        company = configure.create_company(name="阳光物业")
        configure.add_community(Actor.system(company.id), name="幸福家园")

        answer = billing("demo", "--json")

        assert answer.data["created"] is True
        assert len(billing("company", "list", "--json").data["companies"]) == 2
        assert billing("bills", "list", *HERE, "--json").data["count"] == 400

    def test_is_refused_in_production(self, billing: Commands) -> None:
        billing.environ |= {
            "BILLING_DEPLOYMENT": "production",
            "BILLING_DATABASE_URL": f"sqlite:///{billing.folder}/x.db",
            "BILLING_SECRET_KEY": "A" * 43 + "=",
            "BILLING_PUBLIC_URL": "https://fee.example.com",
        }

        answer = billing("demo")

        assert answer.status == 1
        assert "生产环境不能填入演示数据" in answer.err
        assert answer.out == ""
