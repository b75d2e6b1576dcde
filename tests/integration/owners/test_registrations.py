"""业主登记: checked by staff, bound to a resident, or turned down with a reason (rule 5.10)."""

import pytest

from billing_domain.model.houses.resident import Relation, Resident
from billing_domain.model.owners.owner import Owner
from billing_domain.model.owners.registration import (
    Registration,
    RegistrationForm,
    RegistrationState,
)
from billing_domain.use_cases.houses.register_residents import ResidentData
from tests.html_page import Element, read_html
from tests.website import Visitor, Website

LIST = "/staff/registrations"
PHONE = "13912345678"
NEWCOMER = "openid-newcomer"
NEW = {"version": "1", "resident": "new"}


def register(
    site: Website, *, name: str = "赵一凡", house: str = "1号楼/1单元/102"
) -> Registration:
    """Let somebody say who they are."""
    form = RegistrationForm.of(name=name, phone=PHONE, house_text=house, relation=Relation.FAMILY)
    return site.application.register_owners.submit(
        Owner(NEWCOMER, site.company.id, ()), community_id=site.community.id, form=form
    )


@pytest.fixture
def waiting(site: Website) -> Registration:
    site.add_owner()
    return register(site)


def resident(site: Website, name: str, phone: str, *, house: int = 1) -> Resident:
    return site.register_residents.add_resident(
        site.admin,
        house_id=site.houses[house].id,
        data=ResidentData(name, phone, Relation.OWNER, None),
    )


def path_of(registration: Registration) -> str:
    return f"{LIST}/{registration.id}"


def stored(site: Website, registration: Registration) -> Registration:
    return site.application.register_owners.registration(
        site.admin, registration_id=registration.id
    )


def people(page: Element) -> list[str]:
    return [label.text for label in page.all("label", class_="pick")]


def chosen(page: Element) -> list[str]:
    return [
        box["value"] for box in page.all("input", name="resident") if "checked" in box.attributes
    ]


class TestList:
    def test_shows_those_who_wait_with_masked_phones(
        self, boss: Visitor, waiting: Registration
    ) -> None:
        answer = boss.get(LIST)

        row = read_html(answer.text).one("tbody").one("tr").text
        for words in ("赵一凡", "家属", "1号楼/1单元/102", "139****5678", "2026-11-20 12:00"):
            assert words in row
        assert PHONE not in answer.text
        assert NEWCOMER not in answer.text
        assert path_of(waiting) in answer.text

    def test_says_when_nobody_waits(self, boss: Visitor) -> None:
        assert "没有待审核的登记" in boss.page(LIST).text


class TestChoosing:
    @pytest.mark.parametrize(
        "house",
        [
            "1号楼/1单元/102",
            "1号楼1单元102",
            "1栋1单元102室",
            "幸福家园1号楼-1单元-102",
            "一号楼一单元102",
            "1-1-102",
            "1幢·1单元\u200b·102",
            "１ 1 102室",
        ],
    )
    def test_finds_the_house_that_the_owner_named_in_any_spelling(
        self, site: Website, boss: Visitor, house: str
    ) -> None:
        page = boss.page(path_of(register(site, house=house)))

        assert page.one("a", class_="is-chosen").text == "1号楼/1单元/102"
        assert page.one("input", name="house")["value"] == site.houses[1].id

    @pytest.mark.parametrize(
        ("house", "offered"),
        [
            ("101", ["1号楼/1单元/101", "2号楼/1单元/101"]),
            ("1号楼", ["1号楼/1单元/101", "1号楼/1单元/102"]),
        ],
    )
    def test_offers_what_is_near_without_choosing(
        self, site: Website, boss: Visitor, house: str, offered: list[str]
    ) -> None:
        unclear = register(site, house=house)

        page = boss.page(path_of(unclear))

        assert [tile.text for tile in page.all("a", class_="tile")] == offered
        assert not page.has(class_="is-chosen")
        assert not page.has("form", action=f"{path_of(unclear)}/approval")

    def test_searches_the_houses_of_the_community(self, site: Website, boss: Visitor) -> None:
        lost = register(site, house="不记得了")

        page = boss.page(f"{path_of(lost)}?q=2号楼")
        (tile,) = page.all("a", class_="tile")
        after = boss.page(tile["href"])

        assert tile.text == "2号楼/1单元/101"
        assert after.one("input", name="house")["value"] == site.houses[2].id
        assert after.one("input", name="q")["value"] == "2号楼"

    def test_marks_who_has_the_same_phone_without_showing_it(
        self, site: Website, boss: Visitor, waiting: Registration
    ) -> None:
        other, same = resident(site, "钱二", "13712345678"), resident(site, "赵大", PHONE)

        answer = boss.get(path_of(waiting))

        page = read_html(answer.text)
        assert people(page) == [
            "钱二 · 业主137****5678",
            "赵大 · 业主139****5678 电话一致",
            "新住户按业主填写的姓名、电话和关系登记到这个房屋",
        ]
        assert chosen(page) == [same.id] != [other.id]
        assert PHONE not in answer.text
        assert other.phone not in answer.text

    def test_offers_nobody_who_is_bound_to_another_account(
        self, site: Website, boss: Visitor
    ) -> None:
        bound_one = site.add_owner().residents[0]
        neighbour = register(site, house="1号楼/1单元/101")

        page = boss.page(path_of(neighbour))

        bound = page.one("input", value=bound_one.id)
        assert "disabled" in bound.attributes
        assert "已绑定别的微信" in page.text

    def test_hides_the_houses_of_others(
        self, site: Website, boss: Visitor, waiting: Registration
    ) -> None:
        """P35."""
        rival = site.rival_houses[0].id

        assert boss.get(f"{path_of(waiting)}?house={rival}").status_code == 404
        answer = boss.post(f"{path_of(waiting)}/approval", {**NEW, "house": rival})
        assert answer.status_code == 404
        assert stored(site, waiting).state is RegistrationState.WAITING


class TestApproving:
    def test_binds_the_chosen_resident(
        self, site: Website, boss: Visitor, waiting: Registration
    ) -> None:
        person = resident(site, "赵大", PHONE)
        path = f"{path_of(waiting)}/approval"
        fields = boss.page(path_of(waiting)).one("form", action=path).fields()

        answer = boss.post(path, fields)

        assert answer.headers["location"] == LIST
        assert stored(site, waiting).resident_id == person.id
        assert "已通过 赵一凡 的登记" in boss.page(LIST).one(id="toasts").text

    def test_registers_a_newcomer_from_a_day_on(
        self, site: Website, boss: Visitor, waiting: Registration
    ) -> None:
        boss.post(
            f"{path_of(waiting)}/approval",
            {**NEW, "house": site.houses[1].id, "moved_in_on": "2026-11-01"},
        )

        (person,) = site.application.register_owners.residents(
            site.admin, house_id=site.houses[1].id
        )
        assert (person.name, person.openid) == ("赵一凡", NEWCOMER)
        assert str(person.moved_in_on) == "2026-11-01"

    @pytest.mark.parametrize(
        ("fields", "sentence"),
        [
            ({}, "请填写住户"),
            ({"resident": "new", "moved_in_on": "soon"}, "入住日期“soon”格式不对"),
        ],
    )
    def test_shows_what_is_wrong(
        self,
        site: Website,
        boss: Visitor,
        waiting: Registration,
        fields: dict[str, str],
        sentence: str,
    ) -> None:
        answer = boss.post(
            f"{path_of(waiting)}/approval", {"version": "1", "house": site.houses[1].id, **fields}
        )

        assert answer.status_code == 422
        assert read_html(answer.text).one(class_="field-error").text == sentence
        assert stored(site, waiting).state is RegistrationState.WAITING

    def test_is_refused_twice(self, site: Website, boss: Visitor, waiting: Registration) -> None:
        fields = {**NEW, "house": site.houses[1].id}
        boss.post(f"{path_of(waiting)}/approval", fields)

        answer = boss.post(f"{path_of(waiting)}/approval", fields)

        assert answer.status_code == 422
        assert "已经处理过了" in answer.text
        page = boss.page(path_of(waiting))
        assert "已通过" in page.text
        assert not page.has("form", action=f"{path_of(waiting)}/approval")

    def test_of_what_the_owner_changed_meanwhile_is_refused(
        self, site: Website, boss: Visitor, waiting: Registration
    ) -> None:
        path = f"{path_of(waiting)}/approval"
        fields = boss.page(path_of(waiting)).one("form", action=path).fields()
        register(site, name="另一个人")

        answer = boss.post(path, {**fields, "resident": "new"})

        assert answer.status_code == 409
        assert stored(site, waiting).state is RegistrationState.WAITING


class TestRejecting:
    def test_needs_a_reason_and_keeps_it_for_the_owner(
        self, site: Website, boss: Visitor, waiting: Registration
    ) -> None:
        path = f"{path_of(waiting)}/rejection"
        refused = boss.post(path, {"version": "1", "reason": ""})

        assert refused.status_code == 422
        assert read_html(refused.text).one(class_="field-error").text == "请填写原因"
        assert stored(site, waiting).state is RegistrationState.WAITING

        answer = boss.post(path, {"version": "1", "reason": " 请写到门牌号 "})
        assert answer.headers["location"] == LIST
        assert stored(site, waiting).reason == "请写到门牌号"
