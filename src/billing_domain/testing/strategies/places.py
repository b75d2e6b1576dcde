"""Companies, communities and houses."""

from collections.abc import Callable
from functools import cache
from typing import cast

from hypothesis import strategies as st

from billing_domain.model.company.community import Community, CommunityId, Company, CompanyId
from billing_domain.model.houses.house import (
    ADDRESS_LENGTH_MAX,
    AddressBook,
    House,
    HouseAddress,
    HouseId,
)
from billing_domain.model.houses.house_folding import fold_address
from billing_domain.model.houses.nearest import NearestAddresses
from .texts import built, ids, lines, moments, place_names, plain_place_names

company_ids = cast("Callable[[], st.SearchStrategy[CompanyId]]", ids)
community_ids = cast("Callable[[], st.SearchStrategy[CommunityId]]", ids)
house_ids = cast("Callable[[], st.SearchStrategy[HouseId]]", ids)


companies = cache(lambda: st.builds(Company, company_ids(), place_names(), moments()))


@cache
def communities() -> st.SearchStrategy[Community]:
    """Communities in every state."""
    return built(
        Community,
        name=place_names(),
        sealed_secret=st.none() | lines(60),
        version=st.integers(1, 99),
    )


@cache
def plain_house_addresses() -> st.SearchStrategy[HouseAddress]:
    """The usual addresses in most communities: `12号楼/3单元/1502`."""
    return st.builds(
        "{}号楼/{}单元/{}{:02}".format,
        st.integers(1, 40),
        st.integers(1, 6),
        st.integers(1, 33),
        st.integers(1, 8),
    ).map(HouseAddress)


@cache
def house_addresses() -> st.SearchStrategy[HouseAddress]:
    """Addresses of any kind."""
    parts = st.lists(lines(20, without="/"), min_size=1, max_size=4)
    usable = parts.map("/".join).filter(
        lambda text: 0 < len(fold_address(text)) <= ADDRESS_LENGTH_MAX
    )
    return plain_house_addresses() | usable.map(HouseAddress.parse)


def houses(
    community: CommunityId | None = None, addresses: st.SearchStrategy[HouseAddress] | None = None
) -> st.SearchStrategy[House]:
    """Houses, of a given community and with given addresses or any."""
    return st.builds(
        House,
        id=house_ids(),
        community_id=community_ids() if community is None else st.just(community),
        address=house_addresses() if addresses is None else addresses,
    )


@cache
@st.composite
def address_books(draw: st.DrawFn) -> AddressBook:
    """Address books of communities with some plain houses, all different."""
    community = draw(community_ids())
    return AddressBook(
        draw(plain_place_names()),
        draw(
            st.lists(
                houses(community, plain_house_addresses()),
                min_size=1,
                max_size=8,
                unique_by=lambda house: house.address.key,
            )
        ),
    )


@cache
def nearest_addresses() -> st.SearchStrategy[NearestAddresses]:
    """Indexes of some plain addresses."""
    return st.lists(plain_house_addresses().map(lambda each: each.key)).map(NearestAddresses)
