"""Instances of any model type: each field takes what its name and its type allow."""

import types
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, TypeVar, Union, get_args, get_origin, get_type_hints

import attrs
from hypothesis import strategies as st

from billing_domain.model.imports.profile import SHIPPED_PROFILES
from .charges import billed_days
from .texts import (
    file_names,
    hashes,
    ids,
    lines,
    login_names,
    moments,
    moving_days,
    openids,
    person_names,
    phones,
    remarks,
)

Model = TypeVar("Model", bound=attrs.AttrsInstance)
_Values = Callable[[], st.SearchStrategy[Any]]

_BY_NAME: Final[Mapping[str, _Values]] = {
    "external_number": lambda: lines(64),
    "file_hash": hashes,
    "file_name": file_names,
    "id": ids,
    "login_name": login_names,
    "moved_in_on": moving_days,
    "name": person_names,
    "openid": openids,
    "payer_name": lambda: st.just("") | person_names(),
    "phone": phones,
    "profile_key": lambda: st.sampled_from([profile.key for profile in SHIPPED_PROFILES]),
    "remark": remarks,
    "request_key": ids,
    "staff_id": ids,
    "token_hash": hashes,
    "voucher_number": lambda: st.just("") | lines(64),
}
_BY_TYPE: Final[Mapping[Any, _Values]] = {
    bytes: lambda: st.binary(max_size=64),
    date: billed_days,
    datetime: moments,
    int: lambda: st.integers(1, 99),
    str: lambda: st.just("") | lines(20),
}
_COLLECTED: Final[Mapping[Any, Callable[[list[Any]], Any]]] = {
    Collection: tuple,
    Sequence: tuple,
    frozenset: frozenset,
    tuple: tuple,
}


def built(model: type[Model], **known: st.SearchStrategy[Any]) -> st.SearchStrategy[Model]:
    """Instances of a model type; `known` are strategies for fields whose values follow a rule."""
    hints = get_type_hints(model)
    others = {
        field.alias: _values(field.name, hints[field.name])
        for field in attrs.fields(model)
        if field.init and field.name not in known
    }
    return st.builds(model, **others, **known)


def _values(name: str, hint: Any) -> st.SearchStrategy[Any]:  # noqa: ANN401 - any hint
    parts, origin = get_args(hint), get_origin(hint)
    if origin in {Union, types.UnionType}:
        return st.one_of(*(_values(name, part) for part in parts))
    if origin in _COLLECTED:
        return st.lists(_values("", parts[0]), max_size=3).map(_COLLECTED[origin])
    if origin in {Mapping, dict}:
        return st.dictionaries(_values("", parts[0]), _values("", parts[1]), max_size=2)
    if hint is not type(None) and name in _BY_NAME:
        return _BY_NAME[name]()
    return _BY_TYPE[hint]() if hint in _BY_TYPE else st.from_type(hint)
