"""Residents (住户) of a house."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from enum import Enum
from typing import Final, NewType

import attrs

from billing_domain.errors import FieldError
from billing_domain.model.company.audit import AuditFacts, audit_facts
from billing_domain.model.company.community import CommunityId
from billing_domain.model.folding import without_invisible
from billing_domain.model.houses.house import HouseId

ResidentId = NewType("ResidentId", str)
"""32 hex digits."""

PERSON_NAME_LENGTH_MAX: Final = 30
_PHONE: Final = re.compile(r"\+?[0-9][0-9-]{4,18}[0-9]")
_SHOWN_DIGITS: Final = 7
_WHOLE_PHONE_DIGITS: Final = 7


class Relation(Enum):
    """The relation of a resident to the house."""

    OWNER = "业主"
    FAMILY = "家属"
    TENANT = "租客"


@attrs.frozen
class Resident:
    """A person who lives or lived in a house.

    `moved_in_on` is None for people who lived here before records began. `moved_out_on` is the
    first day on which the person no longer belongs to the house.
    """

    id: ResidentId
    community_id: CommunityId
    house_id: HouseId
    name: str
    phone: str
    relation: Relation
    moved_in_on: date | None
    moved_out_on: date | None = None
    openid: str | None = None
    version: int = 1

    def lives_here_on(self, day: date) -> bool:
        """Return whether the resident belongs to the house on a Shanghai day."""
        return self.moved_out_on is None or day < self.moved_out_on

    def lived_here_on(self, day: date) -> bool:
        """Return whether the resident had moved in by a Shanghai day and not moved out again."""
        arrived = self.moved_in_on is None or self.moved_in_on <= day
        return arrived and self.lives_here_on(day)

    def change(
        self, *, name: str, phone: str, relation: Relation, moved_in_on: date | None
    ) -> Resident:
        """Return the resident with other data; raise FieldError for unusable data."""
        return attrs.evolve(
            self,
            name=clean_person_name(name),
            phone=clean_phone(phone),
            relation=relation,
            moved_in_on=moved_in_on,
            version=self.version + 1,
        )

    def move_out(self, on: date) -> Resident:
        """Return the resident with a move-out day; raise FieldError for a day before moving in."""
        if self.moved_in_on is not None and on < self.moved_in_on:
            raise FieldError(field="moved_out_on", reason="format", value=on.isoformat())
        return attrs.evolve(self, moved_out_on=on, version=self.version + 1)


@audit_facts.register
def _resident_facts(resident: Resident) -> AuditFacts:
    """Phones stay masked in the log (P45)."""
    fields = {
        "name": resident.name,
        "phone": mask_phone(resident.phone),
        "relation": resident.relation.value,
        "moved_in_on": resident.moved_in_on.isoformat() if resident.moved_in_on else None,
        "moved_out_on": resident.moved_out_on.isoformat() if resident.moved_out_on else None,
    }
    return AuditFacts("resident", resident.id, fields, resident.community_id)


def clean_person_name(text: str) -> str:
    """Return a person's name without surrounding blanks, or raise FieldError."""
    name = " ".join(without_invisible(text).split())
    if not name:
        raise FieldError(field="resident_name", reason="required")
    if len(name) > PERSON_NAME_LENGTH_MAX:
        raise FieldError(field="resident_name", reason="too_long", value=name)
    if not name.isprintable():
        raise FieldError(field="resident_name", reason="format", value=name)
    return name


def clean_phone(text: str) -> str:
    """Return a phone number in ASCII without blanks, empty for none, or raise FieldError.

    Blanks may part a number; two parts that are whole numbers each are two phones.
    """
    parts = unicodedata.normalize("NFKC", without_invisible(text)).split()
    phone = "".join(parts)
    if sum(len(part) >= _WHOLE_PHONE_DIGITS for part in parts) > 1:
        raise FieldError(field="phone", reason="twice", value=text.strip())
    if phone and _PHONE.fullmatch(phone) is None:
        raise FieldError(field="phone", reason="format", value=text.strip())
    return phone


def mask_phone(phone: str) -> str:
    """Return a phone number with a hidden middle: `138****4613` (rule 2.8).

    Only the last two digits stay visible in a number of fewer than eight.
    """
    if len(phone) <= _SHOWN_DIGITS:
        return "****" + phone[-2:] if phone else ""
    return f"{phone[:3]}****{phone[-4:]}"
