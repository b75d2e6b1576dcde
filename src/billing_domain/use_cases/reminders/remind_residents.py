"""Remind houses of unpaid bills: decide, and queue the reminders (rule 4)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import attrs

from billing_domain.errors import MessagingMisconfiguredError, MoreHousesError, TooManyHousesError
from billing_domain.model.bills.bill import BillState
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.actor import Actor
from billing_domain.model.company.audit import AuditAction, AuditFacts
from billing_domain.model.company.community import (
    Community,
    CommunityId,
    CommunityStatus,
    CompanyId,
)
from billing_domain.model.company.staff import Permission
from billing_domain.model.houses.house import HouseId
from billing_domain.model.jobs.outbox import JobId, JobKind, OutboxJob
from billing_domain.model.reminders.batch import ReminderBatch
from billing_domain.model.reminders.queued_reminder import (
    QueuedReminder,
    ReminderId,
    ReminderRun,
    RunId,
    queue,
)
from billing_domain.model.reminders.reminder import Prospect, SendReminder, decide
from billing_domain.model.reminders.settings import ReminderChannel, ReminderPolicy
from billing_domain.model.shanghai import shanghai_day
from billing_domain.ports.bills import BillFilter, BillQueries
from billing_domain.ports.reminders.queries import ReminderQueries
from billing_domain.ports.system import Clock, IdGenerator
from billing_domain.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory
from billing_domain.services.jobs.retrying import retrying

HOUSES_MAX: Final = 50_000
"""The maximal number of houses in one request."""

Houses = Mapping[HouseId, CommunityId]


@attrs.frozen
class Reminded:
    """The result of a request; `run` is None for a dry run and for a request without houses."""

    run: ReminderRun | None
    batch: ReminderBatch


@attrs.frozen
class RemindResidents:
    """Reminder requests of staff; a repeated request reminds only once (P26).

    Every method needs `REMIND`, decides about every house in the actor's scope, and queues the
    reminders in the same transaction; with `dry_run` nothing is stored. Houses of communities that
    are not open are left out, because nobody could pay there. The methods raise
    PermissionMissingError, CommunityClosedError if no community is open, ReminderChannelOffError,
    and MessagingMisconfiguredError (`no_account`, `no_template`) if no message could leave.
    """

    begin: UnitOfWorkFactory
    bills: BillQueries
    reminders: ReminderQueries
    clock: Clock
    ids: IdGenerator

    def by_filter(
        self,
        actor: Actor,
        bill_filter: BillFilter,
        *,
        channel: ReminderChannel = ReminderChannel.WECHAT,
        dry_run: bool = False,
        confirmed: int | None = None,
    ) -> Reminded:
        """Remind the houses of all unpaid bills that a filter finds.

        `confirmed` is the confirmed number of messages; raises MoreHousesError if there are more
        now. Raises TooManyHousesError above 50,000 houses, so that no house is silently left out.
        """
        actor.require(Permission.REMIND)
        states = bill_filter.states or {BillState.PENDING}
        if BillState.PENDING not in states:
            return Reminded(None, ReminderBatch(()))
        unpaid = attrs.evolve(bill_filter, states=frozenset({BillState.PENDING}))
        houses = self.bills.houses(actor.scope, unpaid, count_max=HOUSES_MAX + 1)
        if len(houses) > HOUSES_MAX:
            raise TooManyHousesError(houses_max=HOUSES_MAX)
        return self._remind(actor, houses, channel, dry_run=dry_run, confirmed=confirmed)

    def by_numbers(
        self,
        actor: Actor,
        numbers: Collection[BillNumber],
        *,
        channel: ReminderChannel = ReminderChannel.WECHAT,
        dry_run: bool = False,
    ) -> Reminded:
        """Remind the houses of the given unpaid bills, of all their unpaid bills."""
        actor.require(Permission.REMIND)
        houses = self.bills.houses_of(actor.scope, numbers)
        return self._remind(actor, houses, channel, dry_run=dry_run)

    def again(self, actor: Actor, *, run_id: RunId) -> Reminded:
        """Remind the houses of an earlier request whose reminders failed (rule 4.4)."""
        actor.require(Permission.REMIND)
        channel = self.reminders.progress(actor.scope, run_id).channel
        houses = self.reminders.failed_houses(actor.scope, run_id)
        return self._remind(actor, houses, channel, dry_run=False)

    def _remind(
        self,
        actor: Actor,
        houses: Houses,
        channel: ReminderChannel,
        *,
        dry_run: bool,
        confirmed: int | None = None,
    ) -> Reminded:
        if not houses:
            return Reminded(None, ReminderBatch(()))
        if dry_run:
            with self.begin(read_only=True) as work:
                places = [work.communities.get(actor.scope, each) for each in _places(houses)]
                batch = _decided(work, actor, channel, _in_open(places, houses), self.clock.now())
            return Reminded(None, batch)
        return retrying(lambda: self._queued(actor, channel, houses, confirmed))

    def _run(self, actor: Actor, channel: ReminderChannel) -> ReminderRun:
        return ReminderRun(
            id=RunId(self.ids.new_id()),
            company_id=actor.company_id,
            channel=channel,
            requested_at=self.clock.now(),
            requested_by=actor.name,
        )

    def _queued(
        self, actor: Actor, channel: ReminderChannel, asked: Houses, confirmed: int | None
    ) -> Reminded:
        # Each attempt has a new id: after a commit of unknown outcome, its reminders are found.
        run = self._run(actor, channel)
        with self.begin() as work:
            # A concurrent request for the same houses waits here, and then finds these reminders.
            places = [work.communities.lock(actor.scope, each) for each in _places(asked)]
            houses = _in_open(places, asked)
            batch = _decided(work, actor, channel, houses, run.requested_at)
            if confirmed is not None and len(batch.to_send) > confirmed:
                raise MoreHousesError(count_confirmed=confirmed, count_found=len(batch.to_send))
            queued = [
                queue(ReminderId(self.ids.new_id()), run, houses[each.house_id], each)
                for each in batch.to_send[::-1]  # lists show the latest id first
            ]
            refused = {
                each.house_id: (houses[each.house_id], each)
                for each in batch.decisions
                if not isinstance(each, SendReminder)
            }
            work.reminders.add_run(run, queued, refused)
            work.outbox.add_all([self._job(each) for each in queued])
            facts = _facts_by_community(run, batch, houses)
            work.record_all(actor, AuditAction.REMINDED, [(None, each) for each in facts])
            work.commit()
        return Reminded(run, batch)

    def _job(self, reminder: QueuedReminder) -> OutboxJob:
        return OutboxJob(
            id=JobId(self.ids.new_id()),
            company_id=reminder.company_id,
            community_id=reminder.community_id,
            kind=JobKind.REMINDER,
            subject=reminder.id,
            created_at=reminder.queued_at,
            due_at=reminder.queued_at,
        )


def _facts_by_community(
    run: ReminderRun, batch: ReminderBatch, houses: Houses
) -> list[AuditFacts]:
    """Return one entry's facts for each community, so that its own staff see it (rule 2.11)."""
    counts: dict[CommunityId, Counter[str]] = defaultdict(Counter)
    for decision in batch.decisions:
        counts[houses[decision.house_id]][decision.kind] += 1
    return [
        AuditFacts("reminder_run", run.id, {"channel": run.channel.value, **found}, community_id)
        for community_id, found in counts.items()
    ]


def _places(houses: Houses) -> list[CommunityId]:
    """Return the communities of the houses, in the order in which all requests lock them."""
    return sorted(set(houses.values()))


def _in_open(places: Sequence[Community], houses: Houses) -> Houses:
    """Return the houses in open communities; raise CommunityClosedError if there are none."""
    opened = {each.id for each in places if each.status is CommunityStatus.OPEN}
    if not opened:
        places[0].check_open()
    return {house: place for house, place in houses.items() if place in opened}


def _decided(
    work: UnitOfWork, actor: Actor, channel: ReminderChannel, houses: Houses, now: datetime
) -> ReminderBatch:
    """Return the decisions about the houses in scope, in the order of the bill list."""
    policy, today = _policy(work, actor.company_id, channel), shanghai_day(now)
    prospects = work.reminders.prospects(
        actor.scope,
        [*houses],
        channel=channel,
        today=today,
        since=today - timedelta(days=policy.days(channel)),
    )
    return ReminderBatch.of(
        decide(each, channel, policy=policy, today=today)
        for each in sorted(prospects, key=_newest_bill, reverse=True)
    )


def _newest_bill(prospect: Prospect) -> str:
    return max((bill.number for bill in prospect.bills), default="")


def _policy(work: UnitOfWork, company_id: CompanyId, channel: ReminderChannel) -> ReminderPolicy:
    """Return the company's reminder policy; raise if no message could leave."""
    settings = work.reminder_settings.get(company_id)
    settings.policy.days(channel)
    if channel is ReminderChannel.WECHAT:
        if work.official_accounts.find(company_id) is None:
            raise MessagingMisconfiguredError(reason="no_account", detail="")
        if settings.template is None:
            raise MessagingMisconfiguredError(reason="no_template", detail="")
    return settings.policy
