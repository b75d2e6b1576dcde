"""The page on which a payer pays at a simulated provider (rule 5.9)."""

from __future__ import annotations

from abc import abstractmethod
from enum import Enum
from typing import Protocol

import attrs

from billing_domain.model.money import Money


class CashierState(Enum):
    """The order's state as the payer sees it; CLOSED includes expired orders."""

    WAITING = "waiting"
    PAID = "paid"
    CLOSED = "closed"


class CashierAction(Enum):
    """The payer's actions, and the failures to simulate.

    PAY_SILENTLY: the payment notification is lost (rule 5.7). PAY_LATE: the provider reports the
    order closed once, then takes the money; for a closed order it takes the money at once (rule
    5.6). CANCEL: the payer leaves and nothing happens.
    """

    PAY = "pay"
    PAY_SILENTLY = "pay_silently"
    PAY_LATE = "pay_late"
    CANCEL = "cancel"


@attrs.frozen
class CashierOrder:
    """An order as the payer sees it; `return_url` leads back to the merchant."""

    description: str
    amount: Money
    state: CashierState
    return_url: str


class Cashier(Protocol):
    """The provider's side of a payment; each token names one order and can't be guessed."""

    @abstractmethod
    def order(self, token: str) -> CashierOrder:
        """Return the order of a token; raise ThingNotFoundError."""

    @abstractmethod
    def act(self, token: str, action: CashierAction) -> CashierOrder:
        """Carry out an action and return the resulting order; raise ThingNotFoundError.

        An order whose state forbids the action stays unchanged, so nobody pays twice.
        """
