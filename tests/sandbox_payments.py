"""Owners who pay through the sandbox of a real application, without a phone of their own."""

from __future__ import annotations

import attrs

from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.actor import Actor
from billing_domain.model.company.community import Community, CommunityStatus
from billing_domain.model.houses.resident import Relation, ResidentId
from billing_domain.model.owners.owner import Owner
from billing_domain.model.owners.registration import Registration, RegistrationForm
from billing_domain.model.payments.account import PaymentAccount
from billing_domain.model.payments.order import PaymentOrder, ProviderKey
from billing_domain.ports.payments.cashier import CashierAction
from billing_domain.use_cases.payments.configure_payments import AccountForm
from billing_entrypoints.application import Application


@attrs.frozen
class SandboxPayments:
    """A company with a sandbox account, and one of its open communities."""

    application: Application
    actor: Actor
    community: Community
    account: PaymentAccount

    @classmethod
    def at(cls, application: Application, actor: Actor) -> SandboxPayments:
        """Let a company take payments in its first open community."""
        account = application.configure_payments.save_account(
            actor, form=AccountForm(ProviderKey("sandbox"), "演示收款", {}, {})
        )
        community = next(
            each
            for each in application.view_company.communities(actor)
            if each.status is CommunityStatus.OPEN
        )
        return cls(application, actor, community, account)

    def open(self, count: int = 1) -> PaymentOrder:
        """Let the first resident with enough unpaid bills check some of them out."""
        owners = self.application.sign_in_owners
        for resident in owners.demo_residents(community_id=self.community.id):
            owner = self._owner(resident.id)
            pending = self.application.view_owner_bills.pending(owner)
            if len(pending) >= count:
                return self.check_out(owner, *(row.number for row in pending[:count]))
        raise AssertionError(count)

    def check_out(self, owner: Owner, *numbers: BillNumber) -> PaymentOrder:
        """Let an owner check bills out."""
        return self.application.collect_payments.check_out(
            owner, numbers=numbers, request_key=f"sandbox-{numbers[0]}"
        )

    def paid(self, count: int = 1) -> PaymentOrder:
        """Let a resident pay bills."""
        return self.pay(self.open(count))

    def paid_by(self, resident_id: ResidentId, *numbers: BillNumber) -> PaymentOrder:
        """Let a resident pay certain bills."""
        return self.pay(self.check_out(self._owner(resident_id), *numbers))

    def pay(self, order: PaymentOrder) -> PaymentOrder:
        """Pay an order without a message, and return it after asking."""
        assert self.application.cashier is not None
        assert order.ticket is not None
        token = order.ticket.text.rsplit("/", 1)[-1]
        self.application.cashier.act(token, CashierAction.PAY_SILENTLY)
        return self.application.view_payments.ask(self.actor, number=order.number)

    def registered(self, house: str, phone: str = "13912345678") -> Registration:
        """Let somebody without a house say who they are."""
        form = RegistrationForm.of(
            name="赵一凡", phone=phone, house_text=house, relation=Relation.FAMILY
        )
        return self.application.register_owners.submit(
            self._owner(None), community_id=self.community.id, form=form
        )

    def _owner(self, resident_id: ResidentId | None) -> Owner:
        owners = self.application.sign_in_owners
        token = owners.sign_in_demo(community_id=self.community.id, resident_id=resident_id)
        owner = owners.authenticate(token)
        assert owner is not None
        return owner
