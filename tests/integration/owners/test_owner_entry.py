"""Owners come in by a scanned code, through WeChat or as a visitor of the sandbox."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import attrs
import pytest

from billing_entrypoints.application import wire
from tests.website import Server, Visitor, Website
from tests.world import CHOICES

FILLED = {
    "resident_name": "李四",
    "phone": "13900001111",
    "house": "1号楼 1单元 101",
    "relation": "owner",
}
WECHAT = {"User-Agent": "Mozilla/5.0 MicroMessenger/8.0"}


@pytest.fixture
def landing(site: Website) -> str:
    return f"/owner/{site.community.id}"


@pytest.fixture
def with_account(site: Website) -> Website:
    """A company that has an official account."""
    site.connect_wechat()
    return site


def no_demo(site: Website) -> None:
    """Serve the same world without the sandbox's chooser."""
    site.server.serve(wire(site.ports(), attrs.evolve(CHOICES, demo=False)))


def choose(visitor: Visitor, landing: str, resident_id: str) -> str:
    answer = visitor.post(f"{landing}/visitors", {"resident_id": resident_id})
    assert answer.status_code == 303, answer.text
    return visitor.get(landing).headers["Location"]


def asked_state(visitor: Visitor, landing: str) -> str:
    address = visitor.get(landing, WECHAT).headers["Location"]
    return parse_qs(urlsplit(address).query)["state"][0]


class TestLanding:
    """Rule 5.10."""

    def test_is_the_only_unpaid_bill_or_a_list(
        self, site: Website, visitor: Visitor, landing: str
    ) -> None:
        resident_id = site.add_owner().residents[0].id

        assert choose(visitor, landing, resident_id) == "/owner/bills/paid"
        bill = site.add_bill()
        assert choose(visitor, landing, resident_id) == f"/owner/bills/{bill.number}"
        site.add_bill()
        assert choose(visitor, landing, resident_id) == "/owner/bills"

    def test_of_somebody_unknown_is_the_registration(self, visitor: Visitor, landing: str) -> None:
        assert choose(visitor, landing, "") == f"{landing}/registration"

    def test_of_a_made_up_community_is_nowhere(self, visitor: Visitor) -> None:
        page = visitor.page(f"/owner/{'0' * 32}", status=404)

        assert "请重新扫描收款码" in page.text

    def test_at_another_company_asks_anew_who_it_is(
        self, site: Website, visitor: Visitor, landing: str
    ) -> None:
        choose(visitor, landing, site.add_owner().residents[0].id)

        answer = visitor.get(f"/owner/{site.rival_community.id}")

        assert answer.headers["Location"].endswith("/visitors")


class TestUnknownAddress:
    @pytest.mark.parametrize(
        ("path", "status"),
        [
            ("/owner/bills/1/2/3", 404),
            ("/owner/a/b", 404),
            ("/owner/orders", 405),
            ("/owner/sign-out/now", 404),
        ],
    )
    def test_is_answered_as_an_owner_page(self, visitor: Visitor, path: str, status: int) -> None:
        page = visitor.page(path, status=status)

        assert page.one("a", class_="weui-btn")["href"] == "/owner/bills"
        assert not page.has(class_="entry-card")

    @pytest.mark.parametrize("path", ["/owners", "/ownerless/bills", "/staff/nothing/here"])
    def test_elsewhere_is_none_of_owners(self, boss: Visitor, path: str) -> None:
        assert boss.page(path, status=404).has(class_="entry-card")


class TestSandbox:
    def test_offers_residents_with_their_houses(
        self, site: Website, visitor: Visitor, landing: str
    ) -> None:
        site.add_owner()

        assert visitor.get(landing).headers["Location"] == f"{landing}/visitors"
        buttons = [b.text for b in visitor.page(f"{landing}/visitors").all("button")]
        assert buttons == ["王小明 1号楼/1单元/101", "新访客（未登记）"]

    def test_is_nowhere_when_the_demo_is_off(
        self, site: Website, visitor: Visitor, landing: str
    ) -> None:
        resident = site.add_owner().residents[0]
        no_demo(site)

        assert visitor.get(f"{landing}/visitors").status_code == 404
        answer = visitor.post(f"{landing}/visitors", {"resident_id": resident.id})
        assert answer.status_code == 404
        assert "owner" not in visitor.client.cookies
        assert "还没有配置公众号" in visitor.page(landing).text

    def test_signs_nobody_in_as_a_resident_of_elsewhere(
        self, site: Website, visitor: Visitor
    ) -> None:
        resident = site.add_owner().residents[0]

        answer = visitor.post(
            f"/owner/{site.rival_community.id}/visitors", {"resident_id": resident.id}
        )

        assert answer.status_code == 404


@pytest.mark.usefixtures("with_account")
class TestWechat:
    def test_is_asked_who_it_is(self, visitor: Visitor, landing: str) -> None:
        address = visitor.get(landing, WECHAT).headers["Location"]

        assert address.startswith("https://wechat.example/wx1?")
        to = parse_qs(urlsplit(address).query)["to"][0]
        assert to == f"https://fee.example.com{landing}/signed-in"

    def test_gives_a_code_that_signs_in(
        self, site: Website, visitor: Visitor, landing: str
    ) -> None:
        site.add_owner(openid="openid-1")
        state = asked_state(visitor, landing)

        answer = visitor.get(f"{landing}/signed-in?code=code-openid-1&state={state}")

        assert answer.headers["Location"] == landing
        assert visitor.get(landing).headers["Location"] == "/owner/bills/paid"

    @pytest.mark.parametrize("state", ["", "forged", "of another browser", "used"])
    def test_of_another_state_signs_nobody_in(
        self, site: Website, visitor: Visitor, landing: str, state: str
    ) -> None:
        own = asked_state(visitor, landing)
        if state == "of another browser":
            state = asked_state(site.visitor(), landing)
        if state == "used":
            state = own
            visitor.get(f"{landing}/signed-in?code=code-openid-1&state={state}")
            del visitor.client.cookies["owner"]

        answer = visitor.get(f"{landing}/signed-in?code=code-openid-1&state={state}")

        assert answer.status_code == 403
        assert "owner" not in visitor.client.cookies

    def test_of_a_forged_code_can_be_tried_again(self, visitor: Visitor, landing: str) -> None:
        state = asked_state(visitor, landing)

        page = visitor.page(f"{landing}/signed-in?code=forged&state={state}", status=403)

        assert page.one("a", class_="weui-btn_primary")["href"] == landing

    def test_is_asked_for_in_other_browsers(
        self, site: Website, visitor: Visitor, landing: str
    ) -> None:
        no_demo(site)

        assert "请在微信中打开" in visitor.page(landing).text

    def test_is_not_needed_in_other_browsers_where_the_demo_is_on(
        self, visitor: Visitor, landing: str
    ) -> None:
        assert visitor.get(landing).headers["Location"] == f"{landing}/visitors"


class TestSession:
    PAGES = (
        "/owner/bills",
        "/owner/bills/paid",
        "/owner/bills/1",
        "/owner/checkout",
        "/owner/orders/1",
        "/owner/orders/1/pay",
        f"/owner/{'0' * 32}/registration",
    )

    @pytest.mark.parametrize("path", PAGES)
    def test_is_needed_for_every_page(self, visitor: Visitor, path: str) -> None:
        assert "请扫描小区的收款码进入" in visitor.page(path, status=401).text

    def test_is_needed_for_a_receipt(self, visitor: Visitor) -> None:
        assert visitor.post("/owner/bills/1/receipt").status_code == 401

    def test_that_ended_leads_back_to_the_community(self, visitor: Visitor, landing: str) -> None:
        visitor.get(landing)

        assert visitor.get("/owner/bills").headers["Location"] == landing

    def test_of_staff_is_none_of_an_owner(self, boss: Visitor) -> None:
        assert boss.get("/owner/bills").status_code == 401

    def test_of_an_owner_is_none_of_staff(
        self, site: Website, visitor: Visitor, landing: str
    ) -> None:
        choose(visitor, landing, site.add_owner().residents[0].id)

        answer = visitor.get("/staff/bills")

        assert answer.headers["Location"].startswith("/sign-in")

    def test_made_up_by_a_browser_is_worth_nothing(self, visitor: Visitor, landing: str) -> None:
        """P40."""
        visitor.client.cookies.set("owner", "chosen-by-an-attacker")
        choose(visitor, landing, "")

        values = [c.value for c in visitor.client.cookies.jar if c.name == "owner"]
        assert values[-1] != "chosen-by-an-attacker"

    def test_ends_on_the_server_with_signing_out(
        self, site: Website, visitor: Visitor, landing: str
    ) -> None:
        choose(visitor, landing, site.add_owner().residents[0].id)
        token = visitor.client.cookies["owner"]

        assert "已退出" in visitor.post("/owner/sign-out").text

        assert site.application.sign_in_owners.authenticate(token) is None

    def test_cookie_is_for_this_host_alone(
        self, https_server: Server, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        site = Website(https_server, tmp_path_factory.mktemp("files"))
        visitor = site.visitor()

        answer = visitor.post(f"/owner/{site.community.id}/visitors", {"resident_id": ""})

        cookie = next(
            text
            for text in answer.headers.get_list("set-cookie")
            if text.startswith("__Host-owner=")
        )
        assert all(part in cookie for part in ("HttpOnly", "Secure", "Path=/", "SameSite=lax"))


class TestRegistration:
    @pytest.fixture
    def stranger(self, visitor: Visitor, landing: str) -> Visitor:
        choose(visitor, landing, "")
        return visitor

    def test_waits_for_staff(self, site: Website, stranger: Visitor, landing: str) -> None:
        answer = stranger.post(f"{landing}/registration", FILLED)

        assert answer.status_code == 303
        assert "请等待物业核对" in stranger.page(f"{landing}/registration").text
        (waiting,) = site.application.register_owners.waiting(site.admin).rows
        assert (waiting.name, waiting.house_text) == ("李四", "1号楼 1单元 101")

    def test_lets_the_owner_mend_what_still_waits(
        self, site: Website, stranger: Visitor, landing: str
    ) -> None:
        stranger.post(f"{landing}/registration", FILLED)
        form = stranger.page(f"{landing}/registration?change=1").one("form", class_="form")
        assert form.fields()["resident_name"] == "李四"

        stranger.post(f"{landing}/registration", {**FILLED, "resident_name": "李四光"})

        (waiting,) = site.application.register_owners.waiting(site.admin).rows
        assert waiting.name == "李四光"

    @pytest.mark.parametrize("field", FILLED)
    def test_says_what_is_missing_beside_its_field(
        self, site: Website, stranger: Visitor, landing: str, field: str
    ) -> None:
        answer = stranger.post(f"{landing}/registration", {**FILLED, field: ""})

        assert answer.status_code == 422
        assert f'id="f-{field}-error"' in answer.text
        assert not site.application.register_owners.waiting(site.admin).rows

    def test_that_was_rejected_shows_why_and_the_form(
        self, site: Website, stranger: Visitor, landing: str
    ) -> None:
        stranger.post(f"{landing}/registration", FILLED)
        (waiting,) = site.application.register_owners.waiting(site.admin).rows
        site.application.register_owners.reject(
            site.admin, registration_id=waiting.id, version=waiting.version, reason="房号不对"
        )

        page = stranger.page(f"{landing}/registration")

        assert "房号不对" in page.one(role="alert").text
        assert page.has("input", name="house")

    def test_of_somebody_who_lives_here_is_done(
        self, site: Website, visitor: Visitor, landing: str
    ) -> None:
        choose(visitor, landing, site.add_owner().residents[0].id)

        page = visitor.page(f"{landing}/registration")

        assert "登记已通过" in page.text
        assert not page.has("input", name="house")

    def test_at_another_company_is_nowhere(self, site: Website, stranger: Visitor) -> None:
        path = f"/owner/{site.rival_community.id}/registration"

        assert stranger.get(path).status_code == 404
        assert stranger.post(path, FILLED).status_code == 404
