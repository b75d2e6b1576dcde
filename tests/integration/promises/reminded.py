"""A website that reminds over WeChat, with phones in place of WeChat's servers."""

from __future__ import annotations

from typing import Final

import attrs

from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.houses.house import House
from billing_domain.model.houses.resident import Relation, Resident, ResidentId
from billing_domain.model.jobs.outbox import JobId, JobKind, OutboxJob
from billing_domain.ports.reminders.messaging import MessageSender
from billing_domain.services.reminders.deliver_reminders import DeliverReminders
from billing_entrypoints.application import Application
from tests.phones import Phones
from tests.website import Website
from tests.world import TEMPLATE

OPENID: Final = "oWx7uQ4kfamilyWangK2m"
PHONE: Final = "13812344613"


def reminding(site: Website) -> tuple[Phones, BillNumber]:
    """Let staff remind a family of a bill, and its worker reach the family's phone."""
    application, phones = site.application, Phones(site.clock)
    move_in(site, site.houses[0], OPENID)
    application.configure_payments.save_official_account(
        site.admin, app_id="wx-office", secret="made-up", version=0
    )
    application.configure_reminders.change_template(site.admin, version=0, template=TEMPLATE)
    site.application = outbox_with(application, phones)
    site.server.serve(site.application)
    return phones, site.water_bills(1)[0]


def outbox_with(application: Application, sender: MessageSender) -> Application:
    """Return an application whose worker sends through somebody else."""
    outbox = application.run_outbox
    deliver = outbox.handlers[JobKind.REMINDER]
    assert isinstance(deliver, DeliverReminders)
    handlers = {JobKind.REMINDER: attrs.evolve(deliver, sender=sender)}
    return attrs.evolve(application, run_outbox=attrs.evolve(outbox, handlers=handlers))


def move_in(site: Website, house: House, openid: str) -> None:
    """Let somebody live in a house who is bound to WeChat."""
    who = Resident(
        ResidentId(site.ids.new_id()), house.community_id, house.id, "王建国", PHONE,
        Relation.OWNER, None, openid=openid,
    )  # fmt: skip
    with site.application.remind_residents.begin() as work:
        work.residents.add_all([who])
        work.commit()


def dead_job(site: Website) -> OutboxJob:
    """Keep a job of 幸福家园 that was given up."""
    now = site.clock.now()
    job = OutboxJob(
        id=JobId(site.ids.new_id()),
        company_id=site.admin.company_id,
        community_id=site.community.id,
        kind=JobKind.REMINDER,
        subject=site.ids.new_id(),
        created_at=now,
        due_at=now,
        attempts=12,
    ).dead(now, failure_reason="unexpected")
    with site.application.remind_residents.begin() as work:
        work.outbox.add_all([job])
        work.commit()
    return job
