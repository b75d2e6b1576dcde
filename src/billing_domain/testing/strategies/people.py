"""Residents, staff, and actors."""

from __future__ import annotations

from functools import cache

from hypothesis import strategies as st

from billing_domain.model.company.actor import Actor, Scope
from billing_domain.model.company.community import CompanyId
from billing_domain.model.company.session import SignInFailures, StaffSession
from billing_domain.model.company.staff import Role, StaffAccount, StaffId
from billing_domain.model.houses.house import House
from billing_domain.model.houses.resident import Relation, Resident, ResidentId
from billing_domain.testing.strategies.places import community_ids, company_ids, house_ids
from billing_domain.testing.strategies.texts import (
    hashes,
    ids,
    lines,
    login_names,
    moments,
    moving_days,
    person_names,
    phones,
)


@cache
def resident_ids() -> st.SearchStrategy[ResidentId]:
    """Ids of residents."""
    return ids().map(ResidentId)


@cache
def staff_ids() -> st.SearchStrategy[StaffId]:
    """Ids of staff accounts."""
    return ids().map(StaffId)


@st.composite
def residents(draw: st.DrawFn, house: House | None = None) -> Resident:
    """Residents, of a given house or any, moved out no earlier than moved in."""
    moved_in = draw(st.none() | moving_days())
    moved_out = draw(st.none() | moving_days())
    if moved_in is not None and moved_out is not None and moved_out < moved_in:
        moved_in, moved_out = moved_out, moved_in
    return Resident(
        id=draw(resident_ids()),
        community_id=draw(community_ids()) if house is None else house.community_id,
        house_id=draw(house_ids()) if house is None else house.id,
        name=draw(person_names()),
        phone=draw(phones()),
        relation=draw(st.sampled_from(Relation)),
        moved_in_on=moved_in,
        moved_out_on=moved_out,
        openid=draw(st.none() | st.from_regex(r"o[0-9A-Za-z_-]{27}", fullmatch=True)),
        version=draw(st.integers(1, 99)),
    )


@cache
def scopes() -> st.SearchStrategy[Scope]:
    """Scopes: all of a company, some communities, none."""
    return st.builds(Scope, company_ids(), st.none() | st.frozensets(community_ids(), max_size=3))


def staff_accounts(company: CompanyId | None = None) -> st.SearchStrategy[StaffAccount]:
    """Staff accounts of every role, of a given company or any."""
    return st.builds(
        StaffAccount,
        id=staff_ids(),
        company_id=company_ids() if company is None else st.just(company),
        login_name=login_names(),
        name=person_names(),
        role=st.sampled_from(Role),
        community_ids=st.none() | st.frozensets(community_ids(), max_size=3),
        password_hash=lines(60),
        created_at=moments(),
        disabled=st.booleans(),
        version=st.integers(1, 99),
    )


@cache
def actors() -> st.SearchStrategy[Actor]:
    """Staff of every role, owners, and the system."""
    return st.one_of(
        staff_accounts().map(Actor.staff),
        st.builds(Actor.owner, company_ids(), resident_ids(), person_names()),
        st.builds(Actor.system, company_ids()),
    )


@cache
def staff_sessions() -> st.SearchStrategy[StaffSession]:
    """Sessions, last used no earlier than they began."""
    return st.builds(
        lambda token_hash, staff_id, times: StaffSession(
            token_hash, staff_id, min(times), max(times)
        ),
        hashes(),
        staff_ids(),
        st.tuples(moments(), moments()),
    )


@cache
def sign_in_failures() -> st.SearchStrategy[SignInFailures]:
    """Consecutive failures of accounts and addresses."""
    keys = login_names().map("account:{}".format) | st.ip_addresses().map("address:{}".format)
    return st.builds(SignInFailures, keys, st.integers(1, 40), moments())
