"""Companies (物业公司) and their communities (小区)."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Final, NewType

import attrs

from billing_domain.errors import CommunityClosedError, CommunityStatusError, FieldError

CompanyId = NewType("CompanyId", str)
"""32 hex digits."""

CommunityId = NewType("CommunityId", str)
"""32 hex digits, the 小区ID that third-party software is configured with."""

NAME_LENGTH_MAX: Final = 50
SECRET_LENGTH: Final = 16


class CommunityStatus(Enum):
    """Whether a community is billed (rule 1, 小区)."""

    NOT_OPENED = "not_opened"
    OPEN = "open"
    STOPPED = "stopped"


@attrs.frozen
class Company:
    """A property company: the tenant that owns staff and communities."""

    id: CompanyId
    name: str
    created_at: datetime

    def rename(self, name: str) -> Company:
        """Return the company under another name; raise FieldError when it is unusable."""
        return attrs.evolve(self, name=clean_name(name))


@attrs.frozen
class Community:
    """A residential community with the credentials of its property software.

    `sealed_secret` is the encrypted 授权密钥, None before the first opening.
    """

    id: CommunityId
    company_id: CompanyId
    name: str
    status: CommunityStatus
    created_at: datetime
    sealed_secret: str | None = attrs.field(default=None, repr=False)
    version: int = 1

    def open(self) -> Community:
        """Return the community open for billing; raise CommunityStatusError if it is."""
        return self._moved(CommunityStatus.OPEN, allowed=self.status is not CommunityStatus.OPEN)

    def stop(self) -> Community:
        """Return the community stopped; raise CommunityStatusError unless it is open."""
        return self._moved(CommunityStatus.STOPPED, allowed=self.status is CommunityStatus.OPEN)

    def with_secret(self, sealed_secret: str) -> Community:
        """Return the community with another encrypted 授权密钥; the old one stops working."""
        return attrs.evolve(self, sealed_secret=sealed_secret, version=self.version + 1)

    def rename(self, name: str) -> Community:
        """Return the community under another name; raise FieldError when it is unusable."""
        return attrs.evolve(self, name=clean_name(name), version=self.version + 1)

    def check_open(self) -> None:
        """Raise CommunityClosedError unless bills may be added here."""
        if self.status is not CommunityStatus.OPEN:
            raise CommunityClosedError(community_id=self.id, status=self.status.value)

    def _moved(self, status: CommunityStatus, *, allowed: bool) -> Community:
        if not allowed:
            raise CommunityStatusError(status=self.status.value, wanted=status.value)
        return attrs.evolve(self, status=status, version=self.version + 1)


def clean_name(text: str) -> str:
    """Return a company's or community's name without blanks around it, or raise FieldError."""
    name = text.strip()
    if not name:
        raise FieldError(field="name", reason="required")
    if len(name) > NAME_LENGTH_MAX:
        raise FieldError(field="name", reason="too_long", value=name)
    if not name.isprintable() or "/" in name:
        raise FieldError(field="name", reason="format", value=name)
    return name
