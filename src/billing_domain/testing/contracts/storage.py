"""The fixture that a storage adapter gives to its contracts."""

from datetime import date

import attrs
import pytest

from billing_domain.model.bills.bill import PendingBill
from billing_domain.model.houses.house import House
from billing_domain.ports.bills import BillQueries
from billing_domain.ports.company import AuditQueries
from billing_domain.ports.houses import HouseQueries
from billing_domain.ports.owners import OwnerQueries
from billing_domain.ports.payments.queries import PaymentQueries
from billing_domain.ports.reminders.queries import ReminderQueries
from billing_domain.ports.unit_of_work import UnitOfWorkFactory
from .world import World


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

    @pytest.fixture
    def house(self, world: World) -> House:
        """A house of the garden."""
        return world.add_house("1号楼/101")

    @pytest.fixture
    def bill(self, world: World, house: House) -> PendingBill:
        """The bill of a house in the garden."""
        return world.add_bill(house)
