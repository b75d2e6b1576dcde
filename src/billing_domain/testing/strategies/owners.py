"""Owners' sessions and registrations, and providers' messages."""

from __future__ import annotations

from functools import cache

from hypothesis import strategies as st

from billing_domain.model.houses.resident import Relation
from billing_domain.model.owners.registration import (
    HOUSE_TEXT_LENGTH_MAX,
    REASON_LENGTH_MAX,
    Registration,
    RegistrationForm,
    RegistrationId,
)
from billing_domain.model.owners.session import OwnerSession
from billing_domain.model.payments.received_message import MessageId, ReceivedMessage, Verdict
from billing_domain.testing.strategies.payments import account_ids, order_numbers
from billing_domain.testing.strategies.people import resident_ids
from billing_domain.testing.strategies.places import community_ids, company_ids
from billing_domain.testing.strategies.texts import (
    hashes,
    ids,
    lines,
    moments,
    person_names,
    phones,
)


@cache
def openids() -> st.SearchStrategy[str]:
    """Openids at an official account in WeChat."""
    return st.from_regex(r"o[0-9A-Za-z_-]{27}", fullmatch=True)


@cache
def owner_sessions() -> st.SearchStrategy[OwnerSession]:
    """Sessions, last used no earlier than they began."""
    return st.builds(
        lambda token_hash, company_id, openid, times: OwnerSession(
            token_hash, company_id, openid, min(times), max(times)
        ),
        hashes(),
        company_ids(),
        openids(),
        st.tuples(moments(), moments()),
    )


@cache
def registration_forms() -> st.SearchStrategy[RegistrationForm]:
    """Cleaned registration forms of owners."""
    return st.builds(
        RegistrationForm,
        name=person_names(),
        phone=phones().filter(bool),
        house_text=lines(HOUSE_TEXT_LENGTH_MAX),
        relation=st.sampled_from(Relation),
    )


@cache
@st.composite
def registrations(draw: st.DrawFn) -> Registration:
    """Registrations that wait, are approved or rejected."""
    form = draw(registration_forms())
    waiting = Registration(
        id=RegistrationId(draw(ids())),
        company_id=draw(company_ids()),
        community_id=draw(community_ids()),
        openid=draw(openids()),
        name=form.name,
        phone=form.phone,
        house_text=form.house_text,
        relation=form.relation,
        created_at=draw(moments()),
    )
    at, by = draw(moments()), draw(person_names())
    decisions = st.one_of(
        st.just(waiting),
        resident_ids().map(lambda resident: waiting.approve(resident, at=at, by=by)),
        lines(REASON_LENGTH_MAX).map(lambda reason: waiting.reject(reason, at=at, by=by)),
    )
    return draw(decisions)


@cache
def received_messages() -> st.SearchStrategy[ReceivedMessage]:
    """Messages of any content and verdict."""
    return st.builds(
        ReceivedMessage,
        id=ids().map(MessageId),
        company_id=company_ids(),
        account_id=account_ids(),
        received_at=moments(),
        headers=st.dictionaries(lines(12), lines(20), max_size=3),
        body=st.binary(max_size=64),
        verdict=st.sampled_from(Verdict),
        reason=st.just("") | lines(12),
        provider_id=st.just("") | ids(),
        meaning=st.just("") | lines(20),
        about=st.just("") | order_numbers(),
    )
