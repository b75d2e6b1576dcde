"""P38: another site can make a browser change nothing, and cookies stay with this host."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

from billing_adapters.sql.db.engine import Database
from billing_entrypoints.words import screens
from tests.databases import ONE_KIND
from tests.integration.promises.victim import Victim, routes
from tests.website import Server, Website


class TestP38CrossSite:
    @ONE_KIND
    def test_p38_posts_without_the_token_do_nothing(self, site: Website, victim: Victim) -> None:
        """The sessions' cookies alone, of staff and owner, as another site's form sends them."""
        filled = victim.filled_forms()
        before = site.contents()
        tokens = [{}, *({"_csrf_token": token} for token in ("", "x", "0" * 128))]
        for (path, fields), token in product(filled.items(), tokens):
            answer = victim.owner.client.post(victim.address(path), data={**fields, **token})
            assert answer.status_code == 403, path
            assert screens.HTTP_TEXTS[403] in answer.text
            victim.owner.token()  # the refusal made the browser forget it
        assert site.contents() == before

    @ONE_KIND
    def test_p38_simple_content_types_do_nothing(self, site: Website, victim: Victim) -> None:
        before = site.contents()
        types = ("text/plain", "application/json", "application/x-www-form-urlencoded")
        for path, content_type in product(routes(site, "POST"), types):
            answer = victim.owner.client.post(
                victim.address(path),
                content=b'{"total_fen": "200", "channel": "cash"}',
                headers={"Content-Type": content_type, "Origin": "https://evil.example"},
            )
            assert answer.status_code in {400, 403}, path
        assert site.contents() == before

    def test_p38_would_succeed_with_the_token(self, site: Website, victim: Victim) -> None:
        """The control: nothing but the token is missing above."""
        path = "/staff/bills/{number}/removal"
        fields = victim.filled_form(path)

        assert victim.owner.post(victim.address(path), fields).status_code == 303
        assert "deleted" in site.states()

    def test_p38_looking_changes_nothing(self, site: Website, victim: Victim) -> None:
        before = looked_at(site)
        for path in routes(site, "GET"):
            assert victim.owner.get(victim.address(path)).status_code < 500, path
        assert looked_at(site) == before

    def test_p38_cookies_stay_with_the_host(
        self, https_server: Server, sql_database: Database, tmp_path: Path
    ) -> None:
        site = Website(https_server, tmp_path, sql_database, as_deployed=True)
        visitor, account = site.visitor(), site.staff_account()
        answers = [visitor.get("/sign-in"), visitor.sign_in(account.login_name)]
        answers += [
            visitor.get(f"/staff/bills?community={site.community.id}"),
            visitor.post("/staff/company", {"name": "新名字"}),
            visitor.post("/sign-out"),
        ]

        cookies = [each for a in answers for each in a.headers.get_list("set-cookie")]
        assert {each.partition("=")[0] for each in cookies} >= {"__Host-csrf", "__Host-staff"}
        for cookie in cookies:
            attributes = {part.strip().lower() for part in cookie.split(";")[1:]}
            assert cookie.startswith("__Host-")
            assert {"secure", "httponly", "path=/", "samesite=lax"} <= attributes
            assert not any(part.startswith("domain") for part in attributes)


def looked_at(site: Website) -> dict[str, list[tuple[Any, ...]]]:
    """Everything but the audit of phones that a look shows, which has to be there (P45)."""
    contents = site.contents()
    contents["billing_audit_entries"] = [
        row for row in contents["billing_audit_entries"] if "phones_shown" not in map(str, row)
    ]
    return contents
