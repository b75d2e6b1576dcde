"""A program that imports 600 bills and stops for good at a given step.

It says each step aloud, so that whoever started it knows when to kill it. Its
arguments are the database's URL, company, community, house, and the step.
"""

from __future__ import annotations

import sys
import time
from datetime import UTC, date, datetime

from billing_adapters.sql.db.engine import open_database
from billing_adapters.sql.unit_of_work import SqlUnitOfWorkFactory
from billing_adapters.system.clock import SystemClock
from billing_adapters.system.ids import SystemIds
from billing_domain.model.bills.bill import BatchId, PendingBill
from billing_domain.model.bills.bill_number import bill_number
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.company.audit import AuditAction, AuditEntry, AuditId
from billing_domain.model.company.community import CommunityId, CompanyId
from billing_domain.model.houses.house import HouseId
from billing_domain.model.imports.batch import ImportBatch
from billing_domain.model.imports.profile import STANDARD
from billing_domain.model.money import Money
from billing_domain.model.period import BillingPeriod

NOW = datetime(2026, 3, 9, 4, 0, tzinfo=UTC)
MARCH = BillingPeriod(date(2026, 3, 1), date(2026, 3, 31))
BILLS = 600


def main(url: str, company: str, community: str, house: str, stop_at: str) -> None:
    """Import, saying each step."""

    def say(step: str) -> None:
        sys.stdout.write(f"{step}\n")
        sys.stdout.flush()
        if step == stop_at:
            time.sleep(600)

    batch = a_batch(CommunityId(community))
    say("started")
    with SqlUnitOfWorkFactory(open_database(url), SystemClock(), SystemIds())() as work:
        work.import_batches.add(batch)
        say("batch")
        work.bills.add_all([a_bill(batch, HouseId(house), serial) for serial in range(BILLS)])
        say("bills")
        work.audit.add_all([an_entry(batch, CompanyId(company))])
        say("audit")
        work.commit()
        say("committed")


def a_batch(community_id: CommunityId) -> ImportBatch:
    """Return the import."""
    return ImportBatch(
        id=BatchId("b" * 32),
        community_id=community_id,
        file_name="三月.xls",
        file_hash="a" * 64,
        repetition=0,
        request_key="once",
        profile_key=STANDARD.key,
        rows=BILLS,
        total=Money(BILLS),
        imported_at=NOW,
        imported_by="小李",
    )


def a_bill(batch: ImportBatch, house_id: HouseId, serial: int) -> PendingBill:
    """Return one of its bills."""
    return PendingBill(
        number=bill_number(NOW, serial),
        community_id=batch.community_id,
        house_id=house_id,
        fee_type=FeeType.PROPERTY,
        amount=Money(1),
        period=MARCH,
        batch_id=batch.id,
        imported_at=NOW,
    )


def an_entry(batch: ImportBatch, company_id: CompanyId) -> AuditEntry:
    """Return its entry in the log."""
    return AuditEntry(
        id=AuditId("a" * 32),
        at=NOW,
        actor_kind="staff",
        actor_id="7",
        actor_name="小李",
        company_id=company_id,
        community_id=batch.community_id,
        action=AuditAction.IMPORTED,
        subject_kind="import_batch",
        subject_id=batch.id,
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
