"""Bills and their history in the words of the screens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import attrs

from billing_domain.errors import BillActionRefusedError
from billing_domain.model.bills.bill import BillAction, BillState
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.actor import Actor
from billing_domain.model.company.staff import Permission
from billing_domain.model.money import Money
from billing_domain.ports.bills import BillRow, BillTotals
from billing_entrypoints.web.addresses import START
from billing_entrypoints.web.staff_request import StaffRequest
from billing_entrypoints.words import screens
from billing_entrypoints.words.labels import label


@attrs.frozen
class ActionLink:
    """Something that can be done with a bill, as a link to its page or dialog."""

    action: str
    label: str
    address: str
    danger: bool = False


@attrs.frozen
class _Offer:
    permission: Permission
    path: str
    danger: bool = False


_OFFERS: Final[Mapping[BillAction, _Offer]] = {
    BillAction.VIEW: _Offer(Permission.VIEW_BILLS, ""),
    BillAction.EDIT: _Offer(Permission.EDIT_BILLS, "/edit"),
    BillAction.REMIND: _Offer(Permission.REMIND, "/reminder"),
    BillAction.MARK_PAID: _Offer(Permission.MARK_PAID, "/settlement"),
    BillAction.TAKE_BACK: _Offer(Permission.TAKE_BACK_PAYMENTS, "/settlement/reversal"),
    BillAction.VOID: _Offer(Permission.DELETE_BILLS, "/voiding", danger=True),
    BillAction.DELETE: _Offer(Permission.DELETE_BILLS, "/removal", danger=True),
}
"""What the screens offer today, in the order of the links."""

HOUSES_NAMED: Final = 5
"""So many houses a dialog names; a stranger's among a few is seen."""

BATCH_ACTIONS: Final = (BillAction.REMIND, BillAction.MARK_PAID, BillAction.DELETE)


@attrs.frozen
class BillLine:
    """A row with what this actor may do with it."""

    row: BillRow
    links: Sequence[ActionLink]
    batch_actions: str
    prints: bool
    """Whether a receipt can be printed."""


@attrs.frozen
class MonthFigures:
    """This month's due and received sums; `rate` is a whole per cent of 0..100."""

    due: Money
    received: Money
    rate: int


def bill_path(number: str) -> str:
    """Return the address of a bill's page."""
    return f"{START}/{number}"


def bill_line(row: BillRow, actor: Actor) -> BillLine:
    """Return a row with the links that model and role allow (rule 2.1)."""
    allowed = row.actions
    links = [
        _link(action, bill_path(row.number))
        for action, offer in _OFFERS.items()
        if action in allowed and actor.may(offer.permission)
    ]
    batch = " ".join(
        action.value for action in (*BATCH_ACTIONS, BillAction.PRINT) if action in allowed
    )
    prints = BillAction.PRINT in allowed and actor.may(Permission.ISSUE_RECEIPTS)
    return BillLine(row, links, batch, prints)


def batch_links(actor: Actor) -> Sequence[ActionLink]:
    """Return what the role may do with many bills at once (rule 2.4)."""
    return [
        _link(action, "/staff/bill-batches")
        for action in BATCH_ACTIONS
        if actor.may(_OFFERS[action].permission)
    ]


def _link(action: BillAction, path: str) -> ActionLink:
    offer = _OFFERS[action]
    return ActionLink(action.value, label(action), f"{path}{offer.path}", offer.danger)


def bill_for(
    request: StaffRequest, number: BillNumber, action: BillAction, permission: Permission
) -> BillRow:
    """Return the bill that an action is about.

    Raises PermissionMissingError, or BillActionRefusedError when the bill's state does not allow
    the action: no form opens that could never be sent. The use case checks both again.
    """
    request.actor.require(permission)
    row = request.application.view_bills.detail(request.actor, number=number).row
    if refusal := action_refusal(row, action):
        raise refusal
    return row


def action_refusal(row: BillRow, action: BillAction) -> BillActionRefusedError | None:
    """Return why an action is not allowed with a bill, None when it is."""
    if action in row.actions:
        return None
    wanted_state = BillState.PAID if action is BillAction.TAKE_BACK else BillState.PENDING
    if row.state is not wanted_state:
        reason = row.state.value
    elif action is BillAction.TAKE_BACK:
        reason = "online"
    else:
        reason = row.origin.value
    return BillActionRefusedError(number=row.number, action=action.value, reason=reason)


def houses_in_words(rows: Iterable[BillRow], *, count: int = 0) -> str:
    """Return the houses of bills, the first few by name; `count` when there are more (2.9)."""
    houses = {row.house_id: f"{row.community_name}/{row.address}" for row in rows}
    named = "、".join([*houses.values()][:HOUSES_NAMED])
    count = max(count, len(houses))
    return named if count <= HOUSES_NAMED else screens.MORE_HOUSES.format(named=named, count=count)


def month_figures(totals: BillTotals) -> MonthFigures:
    """Return a month's sums with the share that was received."""
    due = totals.pending + totals.paid
    rate = round(totals.paid.fen * 100 / due.fen) if due.fen else 0
    return MonthFigures(due, totals.paid, rate)
