"""Every handler below `/staff`, resource by resource."""

from collections.abc import Sequence
from typing import Any, Final

from entrypoints.web.staff import (
    bill_batches,
    bill_edits,
    bill_phones,
    bills,
    password,
    removals,
    settlements,
    voidings,
)

STAFF_HANDLERS: Final[Sequence[Any]] = (
    *bills.HANDLERS,
    *bill_edits.HANDLERS,
    *bill_phones.HANDLERS,
    *settlements.HANDLERS,
    *removals.HANDLERS,
    *voidings.HANDLERS,
    *bill_batches.HANDLERS,
    *password.HANDLERS,
)
