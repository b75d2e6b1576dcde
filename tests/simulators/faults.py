"""What may go wrong between a merchant and WeChat Pay, one fault per call."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from enum import Enum, auto


class Fault(Enum):
    """One thing that goes wrong; AFTER means that the request took effect all the same."""

    SYSTEM_ERROR = auto()
    SYSTEM_ERROR_AFTER = auto()
    FREQUENCY_LIMITED = auto()
    BAD_GATEWAY = auto()
    ODD_PAGE = auto()
    CUT = auto()
    CUT_AFTER = auto()
    SILENT_AFTER = auto()
    REDIRECT = auto()
    OVERSIZED = auto()
    GARBAGE = auto()
    UNSIGNED = auto()
    TAMPERED_SIGNATURE = auto()
    TAMPERED_BODY = auto()
    STALE = auto()
    PROBE = auto()
    UNKNOWN_SERIAL = auto()
    OTHER_AMOUNT = auto()
    OTHER_CURRENCY = auto()
    OTHER_MERCHANT = auto()
    OTHER_APP = auto()
    OTHER_ORDER = auto()
    UNKNOWN_STATE = auto()
    USERPAYING = auto()
    MISSING_FIELDS = auto()


UNBELIEVABLE = (Fault.UNSIGNED, Fault.TAMPERED_SIGNATURE, Fault.TAMPERED_BODY)
"""An answer came, and nothing in it may be believed."""

V3_UNBELIEVABLE = (Fault.STALE, Fault.PROBE, Fault.UNKNOWN_SERIAL)
"""The same, where answers carry a time and the name of a key."""

UNANSWERED = (
    Fault.SYSTEM_ERROR,
    Fault.SYSTEM_ERROR_AFTER,
    Fault.FREQUENCY_LIMITED,
    Fault.BAD_GATEWAY,
    Fault.ODD_PAGE,
    Fault.CUT,
    Fault.CUT_AFTER,
    Fault.REDIRECT,
    Fault.OVERSIZED,
    Fault.GARBAGE,
)
"""No answer came, or none that says anything; silence is one more, and slow to test."""


Coming = Fault | str | None
"""What a call meets: a fault, a refusal with a code of the provider's, or nothing unusual."""


class Faults:
    """The faults that the next calls meet, in order; none when empty."""

    def __init__(self) -> None:
        self._coming: deque[Coming] = deque()

    @property
    def next(self) -> Coming:
        """The fault of the next call."""
        return self._coming[0] if self._coming else None

    @next.setter  # noqa: A003 - the coming fault is what it is
    def next(self, fault: Coming) -> None:
        self._coming = deque([fault])

    def plan(self, faults: Sequence[Coming]) -> None:
        """Let the coming calls meet these faults, `None` for a call without one."""
        self._coming = deque(faults)

    def take(self) -> Coming:
        """Return the fault of the call that is being answered."""
        return self._coming.popleft() if self._coming else None
