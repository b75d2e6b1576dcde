"""Preview rows against a plain list of addresses, with nothing stored anywhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from billing_domain.model.company.community import CommunityId
from billing_domain.model.houses.house import AddressBook, House, HouseAddress, HouseId
from billing_domain.model.imports.bill_sheet import BillSheet, read_bill_sheet
from billing_domain.model.imports.profile import STANDARD, ImportProfile
from billing_domain.model.sheet import Cell, SheetTable


def preview_rows(
    rows: Sequence[Sequence[Cell]],
    *,
    community_name: str,
    addresses: Iterable[str],
    profile: ImportProfile = STANDARD,
) -> BillSheet:
    """Return what rows with a header row would import, and every problem (rules 3.2-3.12).

    `addresses` are the community's houses without its name; the n-th gets the house id `n`.
    Raises SheetRefusedError, TooManyRowsError, and FieldError for an unusable address.
    """
    written = list(addresses)
    for address in written:
        HouseAddress.parse(address)
    houses = [
        House(HouseId(str(index)), CommunityId(""), HouseAddress(address))
        for index, address in enumerate(written)
    ]
    return read_bill_sheet(SheetTable(rows), profile, AddressBook(community_name, houses))
