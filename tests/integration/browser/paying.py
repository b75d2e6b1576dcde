"""Owners of the demo who pay through the sandbox, without a phone of their own."""

from __future__ import annotations

import attrs

from billing_domain.model.actor import Actor
from billing_domain.model.community import Community, CommunityStatus
from billing_domain.model.owner import Owner
from billing_domain.model.payment import PaymentOrder, ProviderKey
from billing_domain.model.registration import RegistrationForm
from billing_domain.model.resident import Relation
from billing_domain.ports.cashier import CashierAction
from billing_domain.use_cases.configure_payments import AccountForm
from tests.integration.browser.conftest import Site


@attrs.frozen
class DemoPayments:
    """The first company of the demo with a sandbox account, and its billed community."""

    site: Site
    actor: Actor
    community: Community

    @classmethod
    def at(cls, site: Site) -> DemoPayments:
        """Let the first company take payments."""
        company = site.application.configure_companies.companies()[0]
        actor = Actor.system(company.id)
        account = AccountForm(ProviderKey("sandbox"), "演示收款", {}, {})
        if not site.application.configure_payments.accounts(actor):
            site.application.configure_payments.save_account(actor, form=account)
        community = next(
            each
            for each in site.application.view_company.communities(actor)
            if each.status is CommunityStatus.OPEN
        )
        return cls(site, actor, community)

    def open(self, count: int = 1) -> PaymentOrder:
        """Let the first resident with enough unpaid bills check some of them out."""
        number = 0
        while True:
            owner = self._owner(number)
            pending = self.site.application.view_owner_bills.pending(owner)
            if len(pending) >= count:
                break
            number += 1
        return self.site.application.collect_payments.check_out(
            owner,
            numbers=[row.number for row in pending[:count]],
            request_key=f"browser-{pending[0].number}",
        )

    def paid(self, count: int = 1) -> PaymentOrder:
        """Let a resident pay bills."""
        order = self.open(count)
        cashier = self.site.application.cashier
        assert cashier is not None
        assert order.ticket is not None
        cashier.act(order.ticket.text.rsplit("/", 1)[-1], CashierAction.PAY_SILENTLY)
        return self.site.application.view_payments.ask(self.actor, number=order.number)

    def registered(self, house: str) -> None:
        """Let somebody without a house say who they are."""
        token = self.site.application.sign_in_owners.sign_in_demo(
            community_id=self.community.id, resident_id=None
        )
        owner = self.site.application.sign_in_owners.authenticate(token)
        assert owner is not None
        self.site.application.register_owners.submit(
            owner,
            community_id=self.community.id,
            form=RegistrationForm.of(
                name="赵一凡", phone="13912345678", house_text=house, relation=Relation.FAMILY
            ),
        )

    def _owner(self, number: int) -> Owner:
        owners = self.site.application.sign_in_owners
        people = owners.demo_residents(community_id=self.community.id)
        token = owners.sign_in_demo(community_id=self.community.id, resident_id=people[number].id)
        owner = owners.authenticate(token)
        assert owner is not None
        return owner
