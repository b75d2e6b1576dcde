"""P40: a session's token is ours, new at every sign-in, and worth nothing after its end."""

from __future__ import annotations

from datetime import timedelta

import pytest

from billing_domain.model.company.actor import Actor
from billing_domain.model.company.staff import Role
from tests.website import HOST, Visitor, Website
from tests.world import PASSWORD

PLANTED = "planted-by-somebody-else"


def with_token(site: Website, token: str) -> Visitor:
    """A browser of whoever knows a token."""
    thief = site.visitor()
    thief.client.cookies.set("staff", token, domain=HOST, path="/")
    return thief


def is_in(visitor: Visitor) -> bool:
    """Tell whether staff pages are open."""
    status = visitor.get("/staff/bills").status_code
    assert status in {200, 303}
    return status == 200


class TestP40Sessions:
    def test_p40_a_planted_token_is_never_taken(self, site: Website) -> None:
        victim = with_token(site, PLANTED)
        assert not is_in(victim)

        victim.sign_in(site.staff_account().login_name)

        tokens = {each.value for each in victim.client.cookies.jar if each.name == "staff"}
        assert tokens - {PLANTED}
        assert not is_in(with_token(site, PLANTED))

    def test_p40_a_known_token_opens_the_door(self, site: Website, boss: Visitor) -> None:
        """The control: stealing works as long as the session lives."""
        assert is_in(with_token(site, boss.client.cookies["staff"]))

    def test_p40_signing_in_again_ends_the_session_before(self, site: Website) -> None:
        account, visitor = site.staff_account(), site.visitor()
        visitor.sign_in(account.login_name)
        old = visitor.client.cookies["staff"]

        visitor.sign_in(account.login_name)

        assert visitor.client.cookies["staff"] != old
        assert not is_in(with_token(site, old))

    def test_p40_signing_out_ends_it_on_the_server(self, site: Website, boss: Visitor) -> None:
        token = boss.client.cookies["staff"]

        boss.post("/sign-out")

        assert "staff" not in boss.client.cookies
        assert not is_in(with_token(site, token))

    @pytest.mark.parametrize(("hours", "looks"), [(2, 1), (1, 12)])
    def test_p40_it_ends_idle_and_in_use(
        self, site: Website, boss: Visitor, hours: int, looks: int
    ) -> None:
        """After two hours without a look; after twelve with one in each hour."""
        for look in range(1, looks + 1):
            site.clock.advance(timedelta(hours=hours))
            assert is_in(boss) == (look < looks)

    @pytest.mark.parametrize("change", ["disabled", "password", "own password"])
    def test_p40_it_ends_with_the_account(self, site: Website, change: str) -> None:
        site.staff_account(Role.ADMINISTRATOR)  # the last one could not be disabled
        account, visitor = site.staff_account(Role.FRONT_DESK), site.visitor()
        visitor.sign_in(account.login_name)
        manage, new = site.application.manage_staff, "another long password"
        assert is_in(visitor)

        if change == "disabled":
            manage.set_disabled(
                site.admin, staff_id=account.id, version=account.version, disabled=True
            )
        elif change == "password":
            manage.set_password(
                site.admin, staff_id=account.id, version=account.version, password=new
            )
        else:
            site.application.sign_in.change_password(
                Actor.staff(account), old_password=PASSWORD, new_password=new
            )

        assert not is_in(visitor)

    def test_p40_only_a_hash_of_it_is_stored(self, site: Website, boss: Visitor) -> None:
        token = boss.client.cookies["staff"]
        with site.database.reader.connect() as connection:
            stored = connection.exec_driver_sql("SELECT * FROM billing_sessions").all()

        assert len(stored) == 1
        assert token not in repr(stored)
