"""Residents in the browser: add, change, show a phone, unbind, move out (rules 3.14, 5.10)."""

import pytest

from billing_domain.model.company.audit import AuditAction
from billing_domain.model.houses.resident import Relation, Resident, ResidentId
from billing_domain.use_cases.houses.register_residents import ResidentData
from tests.html_page import read_html
from tests.website import Visitor, Website, htmx

PHONE = "13812344613"
GOOD = {"resident_name": " 陈思好 ", "phone": "138 1234 4613", "relation": "tenant"}


@pytest.fixture
def residents(site: Website) -> str:
    """The address under which the first house's residents are."""
    return f"/staff/houses/{site.houses[0].id}/residents"


@pytest.fixture
def person(site: Website) -> Resident:
    data = ResidentData("陈思好", PHONE, Relation.OWNER, None)
    return site.register_residents.add_resident(site.admin, house_id=site.houses[0].id, data=data)


class TestAdding:
    def test_adds_a_resident(self, site: Website, boss: Visitor, residents: str) -> None:
        boss.post(residents, {**GOOD, "moved_in_on": "2026-11-01"})

        (made,) = site.residents()
        assert (made.name, made.phone, made.relation) == ("陈思好", PHONE, Relation.TENANT)
        assert made.moved_in_on is not None
        assert made.moved_in_on.isoformat() == "2026-11-01"

    @pytest.mark.parametrize(
        ("wrong", "sentence"),
        [
            ({"resident_name": ""}, "请填写姓名"),
            ({"phone": "abc"}, "电话只能有数字和 -"),
            ({"relation": "landlord"}, "关系只能是 业主、家属 或 租客"),
            ({"moved_in_on": "2026-02-30"}, "日历上没有"),
        ],
    )
    def test_shows_the_form_again_with_what_was_typed(
        self, boss: Visitor, residents: str, wrong: dict[str, str], sentence: str
    ) -> None:
        answer = boss.post(residents, {**GOOD, **wrong})

        page = read_html(answer.text)
        assert answer.status_code == 422
        assert sentence in page.one(id=f"f-{next(iter(wrong))}-error").text
        typed = page.one("form", action=residents).fields()
        assert typed["phone"] == {**GOOD, **wrong}["phone"]
        house = boss.page(residents.removesuffix("/residents"))
        assert "没有登记住户" in house.text


class TestChanging:
    def test_shows_the_whole_phone_and_records_the_look(
        self, site: Website, boss: Visitor, residents: str, person: Resident
    ) -> None:
        """Promise P45."""
        page = boss.page(f"{residents}/{person.id}/edit")

        assert page.one("input", name="phone")["value"] == PHONE
        assert site.actions("resident", person.id)[-1] is AuditAction.PHONES_SHOWN

    def test_saves(self, site: Website, boss: Visitor, residents: str, person: Resident) -> None:
        path = f"{residents}/{person.id}/edit"
        fields = {**GOOD, "resident_name": "陈大好", "version": "1", "back": "/staff/houses"}

        answer = boss.post(path, fields)

        assert answer.headers["location"] == "/staff/houses"
        assert stored(site, person.id).name == "陈大好"

    def test_loses_nothing_that_somebody_else_saved(
        self, site: Website, boss: Visitor, residents: str, person: Resident
    ) -> None:
        """Rule 2.7: said first, replaced only when it is sent again."""
        path = f"{residents}/{person.id}/edit"
        other = ResidentData("陈他好", PHONE, Relation.FAMILY, None)
        site.register_residents.change_resident(
            site.admin, resident_id=person.id, version=1, data=other
        )

        answer = boss.post(path, {**GOOD, "version": "1"})

        page = read_html(answer.text)
        assert answer.status_code == 409
        assert "现在保存的是：陈他好，138****4613，家属" in page.one(role="alert").text
        assert stored(site, person.id).name == "陈他好"

        fields = page.one("form", action=path).fields()
        fields.pop("_csrf_token")
        boss.post(path, {**fields, "relation": "tenant"})
        assert stored(site, person.id).name == "陈思好"

    def test_is_not_found_in_another_house(
        self, site: Website, boss: Visitor, person: Resident
    ) -> None:
        other = f"/staff/houses/{site.houses[1].id}/residents/{person.id}"

        assert boss.get(f"{other}/edit").status_code == 404
        assert boss.get(f"{other}/moving-out").status_code == 404
        assert boss.post(f"{other}/phone").status_code == 404


class TestPhone:
    def test_is_shown_whole_and_recorded(
        self, site: Website, boss: Visitor, residents: str, person: Resident
    ) -> None:
        answer = boss.post(f"{residents}/{person.id}/phone")

        assert PHONE in answer.text
        assert site.actions("resident", person.id)[-1] is AuditAction.PHONES_SHOWN


class TestMovingOut:
    def test_proposes_today(self, boss: Visitor, residents: str, person: Resident) -> None:
        page = boss.page(f"{residents}/{person.id}/moving-out")

        assert page.one("input", name="moved_out_on")["value"] == "2026-11-20"

    def test_moves_out_on_a_day(
        self, site: Website, boss: Visitor, residents: str, person: Resident
    ) -> None:
        fields = {"moved_out_on": "2026-12-01", "version": "1"}
        path = f"{residents}/{person.id}/moving-out"

        answer = boss.post(path, fields, headers=htmx("dialog#dialog", "/staff/houses"))

        assert answer.headers["hx-trigger"] == "dialog-close, houses-changed"
        day = stored(site, person.id).moved_out_on
        assert day is not None
        assert day.isoformat() == "2026-12-01"

    @pytest.mark.parametrize(
        ("day", "sentence"),
        [
            ("", "请填写搬离日期"),
            ("2019-12-31", "搬离日期不能早于入住日期"),
            ("tomorrow", "写法不对"),
        ],
    )
    def test_shows_the_form_again_with_what_is_wrong(
        self, site: Website, boss: Visitor, residents: str, day: str, sentence: str
    ) -> None:
        boss.post(residents, {**GOOD, "moved_in_on": "2020-01-01"})
        (person,) = site.residents()

        answer = boss.post(
            f"{residents}/{person.id}/moving-out", {"moved_out_on": day, "version": "1"}
        )

        assert answer.status_code == 422
        assert sentence in read_html(answer.text).one(id="f-moved_out_on-error").text
        assert stored(site, person.id).moved_out_on is None


class TestUnbinding:
    @pytest.fixture
    def bound(self, site: Website) -> Resident:
        return site.add_owner().residents[0]

    def test_is_asked_for_in_the_row_of_who_is_bound(
        self, site: Website, boss: Visitor, residents: str, bound: Resident
    ) -> None:
        boss.post(residents, GOOD)
        house = boss.page(f"/staff/houses/{site.houses[0].id}")
        links = [link["href"] for link in house.all("a") if link.text == "解除绑定"]

        assert [link.partition("?")[0] for link in links] == [f"{residents}/{bound.id}/unbinding"]
        form = boss.page(links[0]).one("form", action=f"{residents}/{bound.id}/unbinding")
        assert "王小明" in form.text

    def test_parts_the_resident_from_their_wechat(
        self, site: Website, boss: Visitor, residents: str, bound: Resident
    ) -> None:
        path = f"{residents}/{bound.id}/unbinding"
        fields = boss.page(path).one("form", action=path).fields()
        fields.pop("_csrf_token")

        answer = boss.post(path, fields, headers=htmx("dialog#dialog", "/staff/houses"))

        assert answer.headers["hx-trigger"] == "dialog-close, houses-changed"
        assert stored(site, bound.id).openid is None
        assert "未绑定" in boss.page(f"/staff/houses/{site.houses[0].id}").text
        assert "解除微信绑定" in boss.page("/staff/audit").text

    def test_ends_what_that_wechat_sees(
        self, site: Website, boss: Visitor, residents: str, bound: Resident
    ) -> None:
        bill = site.add_bill()
        phone = site.visitor()
        phone.post(f"/owner/{site.community.id}/visitors", {"resident_id": bound.id})
        assert phone.get(f"/owner/bills/{bill.number}").status_code == 200

        boss.post(f"{residents}/{bound.id}/unbinding", {"version": "1"})

        assert phone.get(f"/owner/bills/{bill.number}").status_code == 404

    def test_is_refused_when_somebody_else_was_faster(
        self, site: Website, boss: Visitor, residents: str, bound: Resident
    ) -> None:
        answer = boss.post(f"{residents}/{bound.id}/unbinding", {"version": "2"})

        assert answer.status_code == 409
        assert stored(site, bound.id).openid == bound.openid


def stored(site: Website, resident_id: ResidentId) -> Resident:
    return site.stored_resident(resident_id)
