"""The fixture that a storage adapter gives to its contracts."""

from __future__ import annotations

from datetime import date

import attrs
import pytest

from billing_domain.ports.bills import BillQueries
from billing_domain.ports.company import AuditQueries
from billing_domain.ports.houses import HouseQueries
from billing_domain.ports.owners import OwnerQueries
from billing_domain.ports.payments.queries import PaymentQueries
from billing_domain.ports.reminders.queries import ReminderQueries
from billing_domain.ports.unit_of_work import UnitOfWorkFactory
from billing_domain.testing.contracts.world import World


@attrs.frozen
class Storage:
    """An empty storage; its queries take `today` as the Shanghai day."""

    begin: UnitOfWorkFactory
    bill_queries: BillQueries
    house_queries: HouseQueries
    audit_queries: AuditQueries
    payment_queries: PaymentQueries
    owner_queries: OwnerQueries
    reminder_queries: ReminderQueries
    today: date


class StorageContract:
    """The base class of the storage contracts; a subclass supplies the fixture `storage`."""

    @pytest.fixture
    def world(self, storage: Storage) -> World:
        """Two companies with their communities in the storage."""
        return World.founded(storage.begin)
