"""Owners who pay on a website of the tests, and what may become of their payments."""

from __future__ import annotations

import attrs

from billing_domain.model.bills.bill import PendingBill
from billing_domain.model.company.actor import Actor
from billing_domain.model.houses.resident import Relation
from billing_domain.model.owners.owner import Owner
from billing_domain.model.owners.registration import Registration, RegistrationForm
from billing_domain.model.payments.account import PaymentAccount
from billing_domain.model.payments.order import PaymentOrder
from billing_domain.model.payments.refund import Refund
from tests.website import Website

NEWCOMER = "openid-newcomer"


@attrs.frozen
class OnlinePayments:
    """The first company's merchant account, and one owner of the first house."""

    site: Website
    account: PaymentAccount
    owner: Owner

    @classmethod
    def at(cls, site: Website) -> OnlinePayments:
        """Let a company take online payments."""
        return cls(site, site.open_account(), site.add_owner())

    def open(self, *bills: PendingBill) -> PaymentOrder:
        """Let the owner check bills out, by default a new one, and wait before paying."""
        chosen = bills or (self.site.add_bill(),)
        return self.site.application.collect_payments.check_out(
            self.owner,
            numbers=[bill.number for bill in chosen],
            request_key=f"key-{self.site.ids.new_id()}",
        )

    def paid(self, *bills: PendingBill) -> PaymentOrder:
        """Let the owner pay bills, by default a new one."""
        order = self.open(*bills)
        self.tell(order)
        return self.site.order(order.number)

    def tell(self, order: PaymentOrder) -> int:
        """Let the provider take the money and say so; return our answer."""
        headers, body = self.site.provider.pay(order.number)
        taken = self.site.application.take_notifications.take(
            account_id=self.account.id, headers=headers, body=body
        )
        return taken.status

    def proposed(self, order: PaymentOrder, actor: Actor | None = None) -> Refund:
        """Propose a refund of everything in an order."""
        return self.site.application.refund_payments.propose(
            actor or self.site.admin, order=order.number, reason="重复缴费"
        )

    def registered(
        self, *, name: str = "赵一凡", house: str = "1号楼/1单元/102", phone: str = "13912345678"
    ) -> Registration:
        """Let somebody say who they are."""
        form = RegistrationForm.of(
            name=name, phone=phone, house_text=house, relation=Relation.FAMILY
        )
        return self.site.application.register_owners.submit(
            Owner(NEWCOMER, self.site.company.id, ()),
            community_id=self.site.community.id,
            form=form,
        )
