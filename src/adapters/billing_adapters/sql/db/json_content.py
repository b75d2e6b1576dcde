"""Model objects as JSON and back, for columns that no query searches."""

from __future__ import annotations

from typing import Any, TypeVar

from cattrs.preconf.json import make_converter

_CONVERTER = make_converter()
_Model = TypeVar("_Model")


def to_json(content: object) -> Any:  # noqa: ANN401 - any JSON
    """Return a model object as plain JSON values."""
    return _CONVERTER.unstructure(content)


def from_json(content: Any, kind: type[_Model]) -> _Model:  # noqa: ANN401 - any JSON
    """Return the model object of JSON values from `to_json`."""
    return _CONVERTER.structure(content, kind)
