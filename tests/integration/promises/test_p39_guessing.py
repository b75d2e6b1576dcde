"""P39: guessing passwords is slowed down in every process, and tells nothing about names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from billing_adapters.fakes.system import PlainPasswordHasher
from tests.databases import opened
from tests.website import Server, Visitor, Website, deployed
from tests.world import PASSWORD

WRONG = "wrong horse battery"
FREE = 5


class CountingHasher(PlainPasswordHasher):
    """Counts how often it had to work."""

    def __init__(self) -> None:
        self.verified = 0

    def verify(self, password_hash: str, password: str) -> bool:
        """Count and tell."""
        self.verified += 1
        return super().verify(password_hash, password)


def guess(visitor: Visitor, name: str, times: int = FREE, address: str = "") -> list[int]:
    """Guess wrongly and return the statuses; `address` goes into every header that names one."""
    headers = {"X-Forwarded-For": address, "X-Real-IP": address, "Forwarded": f"for={address}"}
    return [
        visitor.post(
            "/sign-in",
            {"login_name": name.format(number), "password": WRONG},
            headers={key: value.format(number) for key, value in headers.items()},
        ).status_code
        for number in range(times)
    ]


@contextmanager
def second_process(site: Website, url: str, server: Server) -> Iterator[Visitor]:
    """Yield a browser at another process's application on the same database."""
    with opened(url) as database:
        server.serve(deployed(database, site.folder, site.clock))
        yield server.visitor()


class TestP39Guessing:
    def test_p39_is_slowed_down_in_every_process(
        self, site: Website, sql_url: str, https_server: Server
    ) -> None:
        site.staff_account(login_name="boss")
        guess(site.visitor(), "boss")

        with second_process(site, sql_url, https_server) as elsewhere:
            assert elsewhere.sign_in("boss", PASSWORD).status_code == 429

    def test_p39_would_go_on_unless_counted(
        self, site: Website, sql_url: str, https_server: Server
    ) -> None:
        """The control: one guess fewer, and the right password opens the same door."""
        site.staff_account(login_name="boss")
        guess(site.visitor(), "boss", FREE - 1)

        with second_process(site, sql_url, https_server) as elsewhere:
            assert elsewhere.sign_in("boss", PASSWORD).status_code == 303

    @pytest.mark.parametrize("forged", ["", "10.0.0.{}"])
    def test_p39_of_many_names_is_counted_by_the_real_address(
        self, site: Website, forged: str
    ) -> None:
        statuses = guess(site.visitor(), "guess{}", FREE + 1, forged)

        assert statuses == [403] * FREE + [429]

    def test_p39_never_locks_out_for_good(self, site: Website) -> None:
        site.staff_account(login_name="boss")
        for _ in range(12):
            guess(site.visitor(), "boss", 2)
            site.clock.advance(timedelta(minutes=15, seconds=1))

        assert site.visitor().sign_in("boss", PASSWORD).status_code == 303

    def test_p39_tells_nothing_about_names(self, site: Website) -> None:
        hasher = CountingHasher()
        site.server.serve(deployed(site.database, site.folder, site.clock, hasher))
        disabled = site.staff_account(login_name="disabled")
        site.staff_account(login_name="boss")
        site.application.manage_staff.set_disabled(
            site.admin, staff_id=disabled.id, version=disabled.version, disabled=True
        )

        answers = {}
        for name in ("boss", "nobody", "disabled"):
            done = hasher.verified
            visitor = site.visitor()
            answer = visitor.sign_in(name, WRONG)
            page = answer.text.replace(name, "NAME").replace(visitor.token(), "TOKEN")
            answers[name] = (answer.status_code, page, hasher.verified - done)

        assert answers["boss"][0] == 403
        assert answers["boss"] == answers["nobody"] == answers["disabled"]
        assert answers["boss"][2] == 1
