"""The ten fee types of bills."""

from __future__ import annotations

from enum import Enum

from billing_domain.model.folding import fold_label


class FeeType(Enum):
    """One of the ten fee types, in the order of all lists (rule 1, 费用类型)."""

    PROPERTY = "物业费"
    WATER = "水费"
    ELECTRICITY = "电费"
    PARKING = "车位费"
    RENT = "租金"
    SHARED = "公摊费用"
    LATE_FEE = "滞纳金"
    ELEVATOR = "电梯费"
    CURRENT_MONTH = "当月应缴费用"
    OTHER = "其它"

    __hash__ = object.__hash__  # members are single; Enum's own hash is slow in every row

    @property
    def label(self) -> str:
        """The label on screens, sheets and receipts."""
        return self.value

    @classmethod
    def find(cls, text: str) -> FeeType | None:
        """Return the type with this name, ignoring blanks in and around the name, or None."""
        return _BY_LABEL.get(fold_label(text))


_BY_LABEL = {fee_type.value: fee_type for fee_type in FeeType}
