"""收款码: shown, printed, saved; it leads to the owner pages of its community (rule 5.10)."""

from urllib.parse import unquote

import pytest

from billing_domain.model.company.staff import Role
from tests.website import Visitor, Website

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def path(site: Website) -> str:
    return f"/staff/communities/{site.community.id}/collection-code"


class TestCollectionCode:
    def test_is_offered_for_open_communities(
        self, site: Website, boss: Visitor, path: str
    ) -> None:
        closed = site.configure_companies.add_community(site.admin, name="滨江花园")

        text = boss.get("/staff/communities").text

        assert path in text
        assert f"/staff/communities/{closed.id}/collection-code" not in text

    def test_shows_the_picture_the_name_and_where_it_leads(
        self, site: Website, boss: Visitor, path: str
    ) -> None:
        page = boss.page(path)

        picture = page.one(class_="code-picture")
        assert picture["aria-label"] == "幸福家园的收款码"
        assert picture.has("svg")
        assert f"https://fee.example.com/owner/{site.community.id}" in page.text
        assert page.one("a", href=f"{path}/print")["target"] == "_blank"

    def test_is_saved_under_the_name_of_the_community(self, boss: Visitor, path: str) -> None:
        answer = boss.get(f"{path}.png")

        assert answer.content.startswith(PNG)
        assert answer.headers["content-type"] == "image/png"
        header = answer.headers["content-disposition"]
        assert header.startswith('attachment; filename="download.png"')
        assert unquote(header).endswith("UTF-8''幸福家园收款码.png")

    def test_is_printed_as_a_poster(self, boss: Visitor, path: str) -> None:
        page = boss.page(f"{path}/print")

        assert page.one("h1").text == "幸福家园"
        assert page.one(class_="poster-call").text == "微信扫一扫 缴纳物业费"
        assert page.one(class_="poster-code").has("svg")
        assert not page.has("nav")

    @pytest.mark.parametrize("ending", ["", "/print", ".png"])
    def test_is_refused_while_the_community_is_stopped(
        self, site: Website, boss: Visitor, path: str, ending: str
    ) -> None:
        site.configure_companies.stop_community(site.admin, community_id=site.community.id)

        answer = boss.get(f"{path}{ending}")

        assert answer.status_code == 422
        assert "已停用缴费，请先开通" in answer.text

    def test_is_for_everybody_at_the_counter(self, site: Website, path: str) -> None:
        """Who may not open communities finds it with the houses."""
        clerk = site.staff(Role.FRONT_DESK)

        assert path in clerk.get("/staff/houses").text
        assert clerk.get(path).status_code == 200

        site.configure_companies.stop_community(site.admin, community_id=site.community.id)
        assert path not in clerk.get("/staff/houses").text
