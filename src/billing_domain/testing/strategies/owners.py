"""Owners' sessions and registrations, and providers' messages."""

from functools import cache

from hypothesis import strategies as st

from billing_domain.model.owners.registration import (
    HOUSE_TEXT_LENGTH_MAX,
    REASON_LENGTH_MAX,
    Registration,
    RegistrationForm,
    RegistrationState,
)
from billing_domain.model.owners.session import OwnerSession
from billing_domain.model.payments.received_message import ReceivedMessage
from .built import built
from .people import resident_ids
from .texts import lines, moments, person_names, phones

received_messages = cache(lambda: built(ReceivedMessage))


@cache
def owner_sessions() -> st.SearchStrategy[OwnerSession]:
    """Sessions, last used no earlier than they began."""
    return built(OwnerSession).filter(lambda each: each.created_at <= each.seen_at)


@cache
def registration_forms() -> st.SearchStrategy[RegistrationForm]:
    """Cleaned registration forms of owners."""
    house = lines(HOUSE_TEXT_LENGTH_MAX)
    return built(RegistrationForm, phone=phones().filter(bool), house_text=house)


@cache
@st.composite
def registrations(draw: st.DrawFn) -> Registration:
    """Registrations that wait, are approved or rejected."""
    waiting = draw(
        built(
            Registration,
            phone=phones().filter(bool),
            house_text=lines(HOUSE_TEXT_LENGTH_MAX),
            state=st.just(RegistrationState.WAITING),
            decided_at=st.none(),
            decided_by=st.just(""),
            resident_id=st.none(),
            reason=st.just(""),
        )
    )
    at, by = draw(moments()), draw(person_names())
    decisions = st.one_of(
        st.just(waiting),
        resident_ids().map(lambda resident: waiting.approve(resident, at=at, by=by)),
        lines(REASON_LENGTH_MAX).map(lambda reason: waiting.reject(reason, at=at, by=by)),
    )
    return draw(decisions)
