"""Sign owners in through WeChat, or in the sandbox as a demo resident (rule 5.12)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import attrs

from billing_domain.errors import FieldError, ThingNotFoundError
from billing_domain.model.company.actor import Scope
from billing_domain.model.company.community import Community, CommunityId, CompanyId
from billing_domain.model.company.session import hash_token
from billing_domain.model.houses.resident import Resident, ResidentId
from billing_domain.model.owners.owner import Owner
from billing_domain.model.owners.session import IDLE_MAX, OwnerSession
from billing_domain.model.reminders.official_account import DEMO, OfficialAccount
from billing_domain.model.reminders.queued_reminder import ReminderId
from billing_domain.model.shanghai import shanghai_day
from billing_domain.ports.owners import OwnerIdentity
from billing_domain.ports.system import Clock, IdGenerator
from billing_domain.ports.unit_of_work import UnitOfWorkFactory

_TOUCH_EVERY: Final = timedelta(minutes=10)
DEMO_RESIDENTS_MAX: Final = 60


@attrs.frozen
class SignInOwners:
    """Sessions of owners; with `demo` anybody may sign in as any resident: never in production."""

    begin: UnitOfWorkFactory
    identity: OwnerIdentity
    clock: Clock
    ids: IdGenerator
    demo: bool

    def community(self, *, community_id: CommunityId) -> Community:
        """Return the community of a 收款码, of any company; raise ThingNotFoundError."""
        with self.begin(read_only=True) as work:
            community = work.communities.find(community_id)
        if community is None:
            raise ThingNotFoundError(kind="community", id=community_id)
        return community

    def community_of_reminder(self, *, reminder_id: ReminderId) -> Community:
        """Return the community of a reminder, for the sign-in page; raise ThingNotFoundError."""
        with self.begin(read_only=True) as work:
            reminder = work.reminders.find(reminder_id)
            if reminder is None:
                raise ThingNotFoundError(kind="reminder", id=reminder_id)
            return work.communities.get(Scope(reminder.company_id), reminder.community_id)

    def wechat_address(
        self, *, community_id: CommunityId, return_url: str, state: str
    ) -> str | None:
        """Return WeChat's sign-in address, or None without a real official account."""
        account = self._account(community_id)
        if account is None or account.is_demo:
            return None
        return self.identity.authorize_url(account, return_url=return_url, state=state)

    def sign_in(self, *, community_id: CommunityId, code: str) -> str:
        """Return the token of a new session for WeChat's code.

        Raises ProviderRefusedError for a used or forged code, ProviderUnavailableError,
        ThingNotFoundError for a company without an official account.
        """
        account = self._account(community_id)
        if account is None:
            raise ThingNotFoundError(kind="official_account", id=community_id)
        return self._open(account.company_id, self.identity.openid(account, code=code))

    def demo_residents(self, *, community_id: CommunityId) -> Sequence[Resident]:
        """Return residents to choose from in the sandbox; none without `demo`."""
        community = self.community(community_id=community_id)
        if not self.demo:
            return []
        today = shanghai_day(self.clock.now())
        with self.begin(read_only=True) as work:
            return work.residents.of_community(community.id, on=today)[:DEMO_RESIDENTS_MAX]

    def sign_in_demo(self, *, community_id: CommunityId, resident_id: ResidentId | None) -> str:
        """Return the token of a session as a resident; None means an unknown person.

        A resident without an openid gets one. Raises ThingNotFoundError, also without `demo`.
        """
        community = self.community(community_id=community_id)
        if not self.demo:
            raise ThingNotFoundError(kind="resident", id=resident_id or "")
        if resident_id is None:
            return self._open(community.company_id, f"{DEMO}{self.ids.new_id()}")
        scope = Scope(community.company_id, frozenset({community.id}))
        with self.begin() as work:
            resident = work.residents.get(scope, resident_id)
            openid = resident.openid or f"{DEMO}{resident.id}"
            if resident.openid is None:
                work.residents.save(
                    attrs.evolve(resident, openid=openid, version=resident.version + 1)
                )
                work.commit()
        return self._open(community.company_id, openid)

    def authenticate(self, token: str) -> Owner | None:
        """Return the owner of a token with the bound residents, or None for an unusable token."""
        key, now = hash_token(token), self.clock.now()
        with self.begin(read_only=True) as work:
            session = work.owner_sessions.get(key)
            if session is None or not session.is_live(now):
                return None
            if session.openid.startswith(DEMO) and not self.demo:
                return None
            residents = work.residents.of_openid(session.company_id, session.openid)
        if now - session.seen_at >= _TOUCH_EVERY:
            with self.begin() as work:
                work.owner_sessions.touch(key, now)
                work.commit()
        return Owner(session.openid, session.company_id, tuple(residents))

    def sign_out(self, token: str) -> None:
        """End a session."""
        with self.begin() as work:
            work.owner_sessions.remove(hash_token(token))
            work.commit()

    def _account(self, community_id: CommunityId) -> OfficialAccount | None:
        community = self.community(community_id=community_id)
        with self.begin(read_only=True) as work:
            return work.official_accounts.find(community.company_id)

    def _open(self, company_id: CompanyId, openid: str) -> str:
        if not openid:
            raise FieldError(field="openid", reason="required")
        token, now = self.ids.new_token(), self.clock.now()
        session = OwnerSession(hash_token(token), company_id, openid, now, now)
        with self.begin() as work:
            work.owner_sessions.remove_before(now - IDLE_MAX)
            work.owner_sessions.add(session)
            work.commit()
        return token
