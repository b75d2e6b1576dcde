"""A criterion that can't be read never widens an act on all results (rule 2.4)."""

import pytest

from billing_domain.model.bills.bill import PendingBill
from tests.html_page import read_html
from tests.website import Visitor, Website

CRITERIA = {
    "amount_max": "20元整",
    "amount_min": "many",
    "imported_from": "soon",
    "paid_to": "2026-02-30",
    "period_from": "2026-1",
    "state": "lost",
    "type": "odd",
    "paid_by": "shells",
    "reminded": "maybe",
    "q": "\u200b",
}
ACTS = {
    "/staff/bill-batches/settlement": {"count": "3", "total_fen": "390000", "channel": "cash"},
    "/staff/bill-batches/removal": {"count": "3", "total_fen": "390000"},
    "/staff/bill-batches/reminder": {"houses": "1"},
    "/staff/receipts": {},
    "/staff/exports": {"format": "csv"},
}
DIALOGS = {path: path for path in ACTS if "batches" in path} | {
    "/staff/exports": "/staff/exports/new"
}


@pytest.fixture
def bills(site: Website) -> list[PendingBill]:
    return [site.add_bill() for _ in range(3)]


@pytest.mark.parametrize("path", ACTS)
def test_refuses_the_act(
    site: Website, boss: Visitor, bills: list[PendingBill], path: str
) -> None:
    whole = {} if path == "/staff/exports" else {"whole": "1"}
    for name, text in CRITERIA.items():
        answer = boss.post(path, {name: text, **whole, **ACTS[path]})
        assert (name, answer.status_code) == (name, 422)
        assert "筛选条件无法识别" in answer.text

    assert [site.stored(bill.number) for bill in bills] == bills
    assert "还没有" in boss.page("/staff/exports").text


@pytest.mark.usefixtures("bills")
@pytest.mark.parametrize("path", DIALOGS)
def test_refuses_to_ask(boss: Visitor, path: str) -> None:
    for name, text in CRITERIA.items():
        answer = boss.client.get(DIALOGS[path], params={"whole": "1", name: text})
        assert (name, answer.status_code) == (name, 422)
        assert "筛选条件无法识别" in answer.text


@pytest.mark.usefixtures("bills")
def test_list_names_the_criterion_and_offers_no_act(boss: Visitor) -> None:
    for name, text in CRITERIA.items():
        answer = boss.client.get("/staff/bills", params={name: text})
        page = read_html(answer.text)
        assert (name, answer.status_code) == (name, 200)
        assert "筛选条件没有生效" in page.text
        assert not page.has("button", data_select_whole="")
        for path in ("/staff/bill-batches/reminder?whole", "/staff/exports/new"):
            assert path not in answer.text


@pytest.mark.usefixtures("bills")
def test_walks_every_act_that_the_list_offers(boss: Visitor) -> None:
    """A new act on all results belongs into ACTS."""
    page = boss.page("/staff/bills")
    offered = {button.get("formaction") for button in page.all("button")} - {None}
    offered |= {link["href"].split("?")[0] for link in page.all("a") if "whole=1" in link["href"]}

    assert offered <= set(ACTS)
