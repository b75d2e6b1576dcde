"""The QR code of a community (收款码) that opens the owner pages (rule 5.10)."""

from __future__ import annotations

import attrs

from billing_domain.model.company.actor import Actor
from billing_domain.model.company.community import Community, CommunityId
from billing_domain.model.company.staff import Permission
from billing_domain.ports.documents import QrEncoder
from billing_domain.ports.unit_of_work import UnitOfWorkFactory


@attrs.frozen
class CollectionCode:
    """A community's code: its address, and its picture for print and download."""

    community: Community
    address: str
    svg: str
    png: bytes = attrs.field(repr=False)


@attrs.frozen
class ShowCollectionCodes:
    """Codes for the counter; `owner_url` is the address of the owner pages without last slash."""

    begin: UnitOfWorkFactory
    encoder: QrEncoder
    owner_url: str

    def code(self, actor: Actor, *, community_id: CommunityId) -> CollectionCode:
        """Return a community's code, which never changes.

        Raises CommunityClosedError for a community that is not open, ThingNotFoundError.
        """
        actor.require(Permission.VIEW_BILLS)
        with self.begin(read_only=True) as work:
            community = work.communities.get(actor.scope, community_id)
        community.check_open()
        address = f"{self.owner_url}/{community.id}"
        return CollectionCode(
            community, address, self.encoder.svg(address), self.encoder.png(address)
        )
