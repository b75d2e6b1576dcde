"""P41: a form with a field that its page does not have is refused; nothing slips in."""

from __future__ import annotations

from tests.databases import ONE_KIND
from tests.integration.promises.victim import Victim, routes
from tests.website import Website

SLIPPED_IN = {
    "status": "paid",
    "amount_fen": "1",
    "community_id": "x",
    "company_id": "x",
    "is_admin": "1",
    "permissions": "manage_staff",
}


class TestP41ExtraFields:
    @ONE_KIND
    def test_p41_are_refused_by_every_form(self, site: Website, victim: Victim) -> None:
        filled = victim.filled_forms()
        before = site.contents()
        for path, fields in filled.items():
            address, file = victim.address(path), {"photo": ("photo.csv", b"1")}
            answers = [
                victim.owner.post(address, {**fields, name: value})
                for name, value in SLIPPED_IN.items()
            ]
            answers.append(victim.owner.post(address, fields, files=file))
            assert {answer.status_code for answer in answers} == {400}, path
        assert site.contents() == before

    def test_p41_the_same_form_without_them_is_taken(self, victim: Victim) -> None:
        """The control."""
        path = "/staff/bills/{number}/edit"
        fields = victim.filled_form(path)

        assert victim.owner.post(victim.address(path), fields).status_code == 303

    @ONE_KIND
    def test_p41_json_is_no_form(self, site: Website, victim: Victim) -> None:
        before = site.contents()
        for path in routes(site, "POST"):
            answer = victim.owner.client.post(
                victim.address(path),
                json={"status": "paid", "_csrf_token": victim.owner.token()},
                headers={"x-csrftoken": victim.owner.token()},
            )
            assert 400 <= answer.status_code < 500, path
        assert site.contents() == before
