"""The page on which a payer pays, where we play the provider ourselves (rule 5.9)."""

from __future__ import annotations

from abc import abstractmethod
from enum import Enum
from typing import Protocol

import attrs

from billing_domain.model.money import Money


class CashierState(Enum):
    """What the payer sees of an order; closed is also one that waited too long."""

    WAITING = "waiting"
    PAID = "paid"
    CLOSED = "closed"


class CashierAction(Enum):
    """What a payer may do, and what may go wrong while they do it.

    PAY_SILENTLY: the message about the payment is lost (rule 5.7). PAY_LATE: the provider closes
    the order, lets the merchant hear that once, and then takes the money all the same; an order
    that is closed already takes it at once (rule 5.6). CANCEL: the payer leaves, nothing happens.
    """

    PAY = "pay"
    PAY_SILENTLY = "pay_silently"
    PAY_LATE = "pay_late"
    CANCEL = "cancel"


@attrs.frozen
class CashierOrder:
    """An order as its payer sees it; `return_url` leads back to the merchant."""

    description: str
    amount: Money
    state: CashierState
    return_url: str


class Cashier(Protocol):
    """Lets payers pay; a token stands for one order and can't be guessed."""

    @abstractmethod
    def order(self, token: str) -> CashierOrder:
        """Return the order of a token; raise ThingNotFoundError."""

    @abstractmethod
    def act(self, token: str, action: CashierAction) -> CashierOrder:
        """Do something and return the order as it then is; raise ThingNotFoundError.

        Nothing happens to an order whose state does not allow the action: nobody pays twice.
        """
