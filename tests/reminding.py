"""A website of the tests whose company reminds over WeChat, and what becomes of its messages."""

from __future__ import annotations

import attrs

from billing_domain.errors import BillingError
from billing_domain.model.houses.house import House
from billing_domain.model.jobs.outbox import JobId, JobKind, OutboxJob
from billing_domain.model.reminders.official_account import OfficialAccount
from billing_domain.model.reminders.queued_reminder import RunId
from billing_domain.model.reminders.settings import MessagePart, ReminderTemplate
from billing_domain.ports.bills import BillFilter
from tests.website import Website

TEMPLATE = ReminderTemplate("template-1", {"thing1": MessagePart.HOUSE})


@attrs.frozen
class Reminding:
    """An official account with a template, and one owner who is reached in the first house."""

    site: Website

    @classmethod
    def at(cls, site: Website) -> Reminding:
        """Let the first company remind; an owner of the first house is bound to WeChat."""
        with site.begin() as work:
            work.official_accounts.save(OfficialAccount(site.company.id, "wx1", "sealed"))
            work.commit()
        site.application.configure_reminders.change_template(
            site.admin, version=0, template=TEMPLATE
        )
        site.add_owner()
        return cls(site)

    def move_in(self, house: House, name: str, openid: str = "") -> None:
        """Let another person live in a house, bound to WeChat unless `openid` is empty."""
        self.site.add_owner(house, name=name, openid=openid)

    def requested(self, house: House | None = None) -> RunId:
        """Remind a house, by default all of the company, and return the request."""
        wanted = BillFilter(house_id=house.id if house else None)
        reminded = self.site.application.remind_residents.by_filter(self.site.admin, wanted)
        assert reminded.run is not None
        return reminded.run.id

    def work(self, *failures: BillingError) -> None:
        """Let the worker send what is due; the first messages fail as given."""
        self.site.messages.failures.extend(failures)
        self.site.application.run_outbox.run_once(holder="worker")

    @property
    def told(self) -> list[str]:
        """The openids that got a message, in order."""
        return [each.address for each in self.site.messages.taken]

    def dead_job(
        self, kind: JobKind = JobKind.REMINDER, *, failure_reason: str = "unexpected"
    ) -> OutboxJob:
        """Keep a job of the first community that was given up."""
        now = self.site.clock.now()
        job = OutboxJob(
            id=JobId(self.site.ids.new_id()),
            company_id=self.site.company.id,
            community_id=self.site.community.id,
            kind=kind,
            subject="201811201200000000001",
            created_at=now,
            due_at=now,
            attempts=12,
        ).dead(now, failure_reason=failure_reason)
        with self.site.begin() as work:
            work.outbox.add_all([job])
            work.commit()
        return job
