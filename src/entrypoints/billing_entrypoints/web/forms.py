"""What browsers send: read field by field, with every problem kept beside its field."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, TypeVar

import attrs
from litestar import Request
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler

from billing_domain.errors import BillingError, FieldError, InvalidInputError
from billing_domain.model.shanghai import SHANGHAI
from billing_domain.words.zh import sentence

CSRF_FIELD: Final = "_csrf_token"
BACK_FIELD: Final = "back"
FIELDS_OPTION: Final = "fields"
"""The option of a handler that names the fields of its form."""

ANY_FIELD: Final = "*"
"""The field of a form whose handler itself refuses what does not belong there."""

_FORM_TYPES: Final = ("application/x-www-form-urlencoded", "multipart/form-data")
_YEARS: Final = range(1900, 3000)
_Value = TypeVar("_Value")
_Day = TypeVar("_Day", date, datetime)


class UnknownFieldError(Exception):
    """A form holds a field that its page does not have: nobody typed that (promise P41)."""


@attrs.frozen
class SentFile:
    """An uploaded file, read whole; its size was limited before."""

    name: str
    content: bytes = attrs.field(repr=False)


class Form:
    """Texts by field name, as typed, and what is wrong with them.

    Everything stays available for showing the form again, so that nobody types twice. `sent`
    is whether a browser posted it.
    """

    def __init__(
        self,
        values: Mapping[str, Sequence[str]],
        files: Mapping[str, SentFile] | None = None,
        *,
        sent: bool = False,
    ) -> None:
        self._values = {name: [_clean(text) for text in texts] for name, texts in values.items()}
        self._files = dict(files or {})
        self.errors: dict[str, str] = {}
        self.sent = sent

    @classmethod
    def of(cls, **values: str | Sequence[str]) -> Form:
        """Return a form filled in by us, for the first look at it."""
        form = cls({})
        form.fill(**values)
        return form

    @classmethod
    def of_query(cls, request: Request[Any, Any, Any], **missing: str) -> Form:
        """Return the query of an address, read like a form; `missing` fills empty fields."""
        sent = {name: request.query_params.getall(name) for name in request.query_params}
        empty = {name: [value] for name, value in missing.items() if not any(sent.get(name, ()))}
        return cls(sent | empty)

    def fill(self, **values: str | Sequence[str]) -> None:
        """Fill in a form for the first look at it; one that was sent keeps what was typed."""
        if not self.sent:
            texts = {k: [v] if isinstance(v, str) else v for k, v in values.items()}
            self._values |= {name: [_clean(text) for text in texts[name]] for name in texts}

    def require_only(self, names: Iterable[str]) -> None:
        """Raise UnknownFieldError for any other field, in a form declared with ANY_FIELD."""
        _refuse_others(self._values.keys() | self._files.keys(), names)

    def text(self, name: str) -> str:
        """Return a field as typed, empty when it was not sent; of several the last."""
        return (self._values.get(name) or [""])[-1]

    def texts(self, name: str) -> Sequence[str]:
        """Return every value of a field, as of checkboxes."""
        return tuple(self._values.get(name, ()))

    def has(self, name: str) -> bool:
        """Tell whether a field was sent with something in it."""
        return any(self._values.get(name, ()))

    def file(self, name: str) -> SentFile | None:
        """Return an uploaded file, or None when none was chosen."""
        return self._files.get(name)

    def read(self, name: str, parse: Callable[[str], _Value]) -> _Value | None:
        """Return a field's value; when it is unusable note why and return None."""
        try:
            return parse(self.text(name))
        except InvalidInputError as error:
            self.refuse(error, field=name)
            return None

    def read_optional(self, name: str, parse: Callable[[str], _Value]) -> _Value | None:
        """Return a field's value, None when it is empty or unusable, noting the latter."""
        return self.read(name, parse) if self.text(name).strip() else None

    def version(self) -> int:
        """Return the version of the thing that the form showed; raise FieldError."""
        return whole_number("version")(self.text("version"))

    def noting(self) -> _Noting:
        """Return a context that notes a FieldError beside its field and leaves the block."""
        return _Noting(self)

    def refuse(self, error: BillingError, *, field: str = "") -> None:
        """Note an error beside a field: the given one, else the one that it names."""
        named = error.field if isinstance(error, FieldError) else ""
        self.errors.setdefault(field or named, sentence(error))

    def error(self, name: str) -> str:
        """Return what is wrong with a field, empty when nothing is."""
        return self.errors.get(name, "")

    @property
    def valid(self) -> bool:
        """Whether nothing was refused so far."""
        return not self.errors


@attrs.frozen
class _Noting:
    form: Form

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: object, _trace: object) -> bool:
        if not isinstance(error, FieldError):
            return False
        self.form.refuse(error)
        return True


SentForm = NamedDependency[Form]
"""The annotation with which a handler receives the posted form, or an empty one to show."""


async def sent_form(request: Request[Any, Any, Any]) -> Form:
    """Read the body of a request as a form; the dependency named `form`."""
    if request.method == "GET":
        return Form.of()
    values: dict[str, list[str]] = {}
    files: dict[str, SentFile] = {}
    for name, value in (await request.form()).multi_items():
        if not isinstance(value, UploadFile):
            values.setdefault(name, []).append(str(value))
        elif value.filename:
            files[name] = SentFile(value.filename, await value.read())
    return Form(values, files, sent=True)


async def only_own_fields(request: Any, handler: BaseRouteHandler) -> None:  # noqa: ANN401 - a guard
    """Raise UnknownFieldError for a field that the handler does not name (promise P41).

    A body of another type is refused too: read as no fields, it would pass where a form has none.
    """
    if request.content_type[0] not in _FORM_TYPES and await request.body():
        raise UnknownFieldError(request.content_type[0])
    sent, own = await request.form(), handler.opt[FIELDS_OPTION]
    try:
        if ANY_FIELD not in own:
            _refuse_others(sent, own)
    except UnknownFieldError:
        await sent.close()
        raise


def _refuse_others(sent: Iterable[str], own: Iterable[str]) -> None:
    unknown = {*sent} - {*own, CSRF_FIELD, BACK_FIELD}
    if unknown:
        raise UnknownFieldError(", ".join(sorted(unknown)))


def required(field: str) -> Callable[[str], str]:
    """Return a reader that refuses an empty text."""

    def read(text: str) -> str:
        if not text.strip():
            raise FieldError(field=field, reason="required")
        return text.strip()

    return read


def chosen(field: str, choices: Mapping[str, _Value]) -> Callable[[str], _Value]:
    """Return a reader for one of several values by its code."""

    def read(text: str) -> _Value:
        if not text:
            raise FieldError(field=field, reason="required")
        if text not in choices:
            raise FieldError(field=field, reason="unknown", value=text[:40])
        return choices[text]

    return read


def calendar_day(field: str) -> Callable[[str], date]:
    """Return a reader for a date input: `2026-01-31`."""

    def read(text: str) -> date:
        if not text.strip():
            raise FieldError(field=field, reason="required")
        try:
            return _of_our_time(date.fromisoformat(text.strip()))
        except ValueError as error:
            raise FieldError(field=field, reason="format", value=text[:40]) from error

    return read


def moment(field: str) -> Callable[[str], datetime]:
    """Return a reader for a local time input, in Shanghai's time."""

    def read(text: str) -> datetime:
        try:
            at = _of_our_time(datetime.fromisoformat(text.strip()))
        except ValueError as error:
            raise FieldError(field=field, reason="format", value=text[:40]) from error
        return at.replace(tzinfo=SHANGHAI) if at.tzinfo is None else at

    return read


def whole_number(field: str) -> Callable[[str], int]:
    """Return a reader for a hidden whole number, such as a version."""

    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) < 16):  # noqa: PLR2004
            raise FieldError(field=field, reason="format", value=text[:40])
        return int(text)

    return read


def _of_our_time(day: _Day) -> _Day:
    """Return a day, or raise ValueError for one beside which the calendar may end."""
    if day.year not in _YEARS:
        raise ValueError(day.year)
    return day


def _clean(text: str) -> str:
    """Forms send line ends as CR LF, and NUL is in no text that a database takes."""
    return text.replace("\r\n", "\n").replace("\x00", "")
