"""A company that reminds over WeChat, and a worker that does as it is told."""

from __future__ import annotations

from billing_domain.model.bills.bill import PendingBill
from billing_domain.model.houses.house import House
from billing_domain.model.jobs.outbox import JobKind
from billing_domain.model.reminders.official_account import OfficialAccount
from billing_domain.model.reminders.queued_reminder import QueuedReminder, RunId
from billing_domain.model.reminders.settings import MessagePart, ReminderTemplate
from billing_domain.ports.bills import BillFilter
from billing_domain.ports.reminders.queries import ReminderFilter, ReminderOutcome, ReminderRow
from billing_domain.use_cases.jobs.run_outbox import LEASE, OutboxReport
from billing_domain.use_cases.reminders.remind_residents import Reminded
from tests.world import World

TEMPLATE = ReminderTemplate("template-1", {"thing1": MessagePart.HOUSE})


class RemindingWorld(World):
    """The first house owes one bill and has one owner, unless a test says otherwise."""

    def __init__(self) -> None:
        super().__init__()
        self.remind = self.application.remind_residents
        self.configure = self.application.configure_reminders
        self.view = self.application.view_reminders
        with self.begin() as work:
            work.official_accounts.save(OfficialAccount(self.company.id, "wx1", "sealed"))
            work.commit()
        self.configure.change_template(self.admin, version=0, template=TEMPLATE)
        self.house = self.houses[0]
        self.owner = self.add_owner(self.house)
        self.bill: PendingBill = self.add_bill(self.house)

    def ask(self, *houses: House) -> Reminded:
        """Remind houses, all of the community when none is given."""
        if not houses:
            return self.remind.by_filter(self.admin, BillFilter())
        (house,) = houses
        return self.remind.by_filter(self.admin, BillFilter(house_id=house.id))

    def asked(self) -> RunId:
        """Remind all, and return the request."""
        run = self.ask().run
        assert run is not None
        return run.id

    def work(self) -> OutboxReport:
        """Do one round of the outbox."""
        return self.application.run_outbox.run_once(holder="worker")

    def claim_and_die(self) -> None:
        """Be a worker that is killed before it does anything, and let its lease end."""
        with self.begin() as work:
            work.outbox.claim(
                self.clock.now(),
                kinds=[JobKind.REMINDER],
                holder="killed",
                lease=LEASE,
                count_max=1,
            )
            work.commit()
        self.clock.advance(LEASE)

    def rows(self, *outcomes: ReminderOutcome) -> list[ReminderRow]:
        """Return 催缴记录, newest first."""
        wanted = ReminderFilter(outcomes=frozenset(outcomes))
        return list(self.view.page(self.admin, wanted).rows)

    def reminder(self) -> QueuedReminder:
        """Return the only reminder as it is stored now."""
        rows = [row for row in self.rows() if row.recipients]
        assert len(rows) == 1
        with self.begin(read_only=True) as work:
            found = work.reminders.find(rows[0].id)
        assert found is not None
        return found

    def arrived(self) -> list[str]:
        """Return where messages arrived, in order."""
        return [each.address for each in self.messages.taken]
