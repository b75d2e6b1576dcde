"""The form that asks how bills were paid, for one bill and for many alike (rule 2.3)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import attrs

from billing_domain.model.bills.bill import PaymentChannel
from billing_domain.model.shanghai import SHANGHAI
from billing_entrypoints.web.forms import Form, chosen, moment

SETTLEMENT_FIELDS: Final = ("channel", "paid_at", "payer_name", "voucher_number")
OFFLINE_CHANNELS: Final = {each.value: each for each in PaymentChannel if each.offline}


@attrs.frozen
class SettlementInput:
    """What was filled in; `paid_at` is None for now."""

    channel: PaymentChannel
    paid_at: datetime | None
    payer_name: str
    voucher_number: str


def read_settlement(form: Form) -> SettlementInput | None:
    """Read the form; None when something is unusable, which is noted beside it."""
    channel = form.read("channel", chosen("channel", OFFLINE_CHANNELS))
    paid_at = form.read_optional("paid_at", moment("paid_at"))
    if channel is None or not form.valid:
        return None
    return SettlementInput(channel, paid_at, form.text("payer_name"), form.text("voucher_number"))


def settlement_context(form: Form, now: datetime) -> dict[str, object]:
    """Return what the template of the form needs."""
    return {
        "form": form,
        "channels": [(code, each.label) for code, each in OFFLINE_CHANNELS.items()],
        "latest": f"{now.astimezone(SHANGHAI):%Y-%m-%dT%H:%M}",
    }
