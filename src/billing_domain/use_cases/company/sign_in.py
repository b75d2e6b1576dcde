"""Sign staff in and out, and find the actor of a session."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import attrs

from billing_domain.errors import FieldError, SignInRefusedError, SignInThrottledError
from billing_domain.model.company.actor import Actor
from billing_domain.model.company.audit import AuditAction, AuditFacts
from billing_domain.model.company.session import StaffSession, hash_token
from billing_domain.model.company.staff import StaffAccount, StaffId, check_password
from billing_domain.ports.company import PasswordHasher
from billing_domain.ports.system import Clock, IdGenerator
from billing_domain.ports.unit_of_work import UnitOfWorkFactory

_TOUCH_EVERY: Final = timedelta(minutes=1)
_NAME_KEY_MAX: Final = 64


@attrs.frozen
class SignedIn:
    """A new session: only the cookie holds `token`."""

    token: str = attrs.field(repr=False)
    account: StaffAccount


@attrs.frozen
class SignIn:
    """Sessions of staff; tokens are always generated here, never taken from a client."""

    begin: UnitOfWorkFactory
    hasher: PasswordHasher
    clock: Clock
    ids: IdGenerator

    def sign_in(self, *, login_name: str, password: str, address: str) -> SignedIn:
        """Return a new session; `address` is the network address of the browser.

        Raises SignInRefusedError for a wrong name, a wrong password and a disabled account, all
        after equal work; SignInThrottledError after repeated failures of account or address (P39).
        """
        name = login_name.strip().lower()[:_NAME_KEY_MAX]
        keys = (f"account:{name}", f"address:{address}")
        self._check_throttle(keys)
        with self.begin(read_only=True) as work:
            account = work.staff.by_login_name(name)
        known_hash = account.password_hash if account else self.hasher.decoy
        right = self.hasher.verify(known_hash, password)
        if account is None or account.disabled or not right:
            self._record_failure(keys)
            raise SignInRefusedError
        return self._open(account, keys[0])

    def authenticate(self, token: str) -> Actor | None:
        """Return the actor of a token, or None if it is unknown, idle, too old or disabled."""
        token_hash = hash_token(token)
        now = self.clock.now()
        with self.begin(read_only=True) as work:
            session = work.sessions.get(token_hash)
            account = work.staff.find(session.staff_id) if session else None
        if session is None or account is None or account.disabled or not session.is_live(now):
            return None
        if now - session.seen_at >= _TOUCH_EVERY:
            with self.begin() as work:
                work.sessions.touch(token_hash, now)
                work.commit()
        return Actor.staff(account)

    def sign_out(self, token: str) -> None:
        """End a session; its token stops working at once (P40)."""
        with self.begin() as work:
            work.sessions.remove(hash_token(token))
            work.commit()

    def change_password(self, actor: Actor, *, old_password: str, new_password: str) -> SignedIn:
        """Change the actor's own password; all sessions end and a new one begins.

        Raises FieldError for a wrong old password and for an unusable new one.
        """
        check_password(new_password)
        with self.begin(read_only=True) as work:
            old = work.staff.get(actor.company_id, _staff_id(actor))
        if not self.hasher.verify(old.password_hash, old_password):
            raise FieldError(field="old_password", reason="wrong")
        new = old.with_password(self.hasher.hash(new_password))
        with self.begin() as work:
            work.staff.save(new)
            work.sessions.remove_of(old.id)
            work.record(actor, AuditAction.PASSWORD_CHANGED, after=AuditFacts("staff", old.id))
            work.commit()
        return self._open(new, f"account:{new.login_name}")

    def _open(self, account: StaffAccount, key: str) -> SignedIn:
        token = self.ids.new_token()
        now = self.clock.now()
        actor, subject = Actor.staff(account), AuditFacts("staff", account.id)
        with self.begin() as work:
            work.sessions.clear_failures(key)
            work.sessions.add(StaffSession(hash_token(token), account.id, now, now))
            work.record(actor, AuditAction.SIGNED_IN, after=subject)
            work.commit()
        return SignedIn(token, account)

    def _check_throttle(self, keys: tuple[str, ...]) -> None:
        now = self.clock.now()
        with self.begin(read_only=True) as work:
            found = [work.sessions.failures(key) for key in keys]
        wait = max((failures.wait_seconds(now) for failures in found if failures), default=0)
        if wait:
            raise SignInThrottledError(retry_after_seconds=wait)

    def _record_failure(self, keys: tuple[str, ...]) -> None:
        now = self.clock.now()
        with self.begin() as work:
            for key in keys:
                work.sessions.record_failure(key, now)
            work.commit()


def _staff_id(actor: Actor) -> StaffId:
    return StaffId(actor.id)
