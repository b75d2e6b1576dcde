"""Residents, staff, and actors."""

from functools import cache

from hypothesis import strategies as st

from billing_domain.model.company.actor import Actor, Scope
from billing_domain.model.company.audit import AuditEntry
from billing_domain.model.company.community import CompanyId
from billing_domain.model.company.session import StaffSession
from billing_domain.model.company.staff import StaffAccount
from billing_domain.model.houses.house import House
from billing_domain.model.houses.resident import Resident
from .built import built
from .places import community_ids, company_ids, house_ids
from .texts import ids, moving_days, person_names

resident_ids = ids


@st.composite
def residents(draw: st.DrawFn, house: House | None = None) -> Resident:
    """Residents, of a given house or any, moved out no earlier than moved in."""
    moved_in = draw(st.none() | moving_days())
    moved_out = draw(st.none() | moving_days())
    if moved_in is not None and moved_out is not None and moved_out < moved_in:
        moved_in, moved_out = moved_out, moved_in
    return draw(
        built(
            Resident,
            community_id=community_ids() if house is None else st.just(house.community_id),
            house_id=house_ids() if house is None else st.just(house.id),
            moved_in_on=st.just(moved_in),
            moved_out_on=st.just(moved_out),
        )
    )


scopes = cache(lambda: built(Scope))
"""Scopes: all of a company, some communities, none."""


def staff_accounts(company: CompanyId | None = None) -> st.SearchStrategy[StaffAccount]:
    """Staff accounts of every role, of a given company or any."""
    return built(StaffAccount, company_id=company_ids() if company is None else st.just(company))


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
    return built(StaffSession).filter(lambda each: each.created_at <= each.seen_at)


@cache
def audit_entries() -> st.SearchStrategy[AuditEntry]:
    """Entries about anything by anybody."""
    kinds = ["bill", "house", "resident", "community", "staff"]
    actor_kinds = actors().map(lambda actor: actor.kind.value)
    return built(AuditEntry, actor_kind=actor_kinds, subject_kind=st.sampled_from(kinds))
