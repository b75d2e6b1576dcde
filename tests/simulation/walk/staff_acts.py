"""What staff do: each scenario goes through pages and sends their forms, well and badly."""

import re
import time
from collections.abc import Callable

import httpx

from tests.simulation.walk.browser import Browser
from tests.simulation.walk.sheets import (
    BAD_BILLS,
    BAD_RESIDENTS,
    BILL_HEADER,
    GOOD_BILL,
    GOOD_RESIDENT,
    RESIDENT_HEADER,
    csv_of,
)
from tests.simulation.walk.steps import MissingError
from tests.workbooks import xlsx_of

DIALOG = "dialog#dialog"
PENDING = "/staff/bills?state=pending"
NUMBER = r"/staff/bills/(\d{21})\""
HEX = r"[0-9a-f]{32}"
CSV, XLSX = "text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EXPORT_LOOKS = 60
REMINDED = 3


def edit_bill(staff: Browser) -> None:
    """Edit a bill badly, well, and from a page that is stale."""
    [number] = staff.found(PENDING, NUMBER)
    form = staff.form(f"/staff/bills/{number}/edit", "/edit$", DIALOG)
    for name, value in (
        ("amount", "20元"),
        ("amount", "0"),
        ("amount", ""),
        ("first_day", "2031-02-01"),
        ("last_day", "某天"),
        ("fee_type", "gold"),
        ("remark", "长" * 501),
        ("version", "x"),
        ("surplus", "1"),
    ):
        staff.fill(form, note=f"{name} {value[:10]}", changes={name: value})
    staff.fill(form, note="well", amount="66.60", remark="改过")
    staff.fill(form, note="stale", amount="77.70")
    staff.get(f"/staff/bills/{number}", DIALOG)
    staff.get(f"/staff/bills/{number}")


def settle_one(staff: Browser) -> None:
    """Mark a bill paid and take that back; not once its receipt was printed."""
    [number] = staff.found(PENDING, NUMBER)
    form = staff.form(f"/staff/bills/{number}/settlement", "/settlement$", DIALOG)
    staff.fill(form, note="no channel")
    staff.fill(form, note="bad channel", channel="gold")
    staff.fill(form, note="bad time", channel="cash", paid_at="昨天")
    staff.fill(form, note="in the future", channel="cash", paid_at="2037-01-01T00:00")
    staff.fill(form, note="long voucher", channel="cash", voucher_number="9" * 200)
    staff.fill(form, note="other amount", channel="cash", total_fen="1")
    staff.fill(form, note="well", channel="pos", payer_name="付款人", voucher_number="PZ-1")
    staff.fill(form, note="again", channel="pos")
    staff.get(f"/staff/bills/{number}/edit", DIALOG)
    back = staff.form(f"/staff/bills/{number}/settlement/reversal", "/reversal$", DIALOG)
    staff.fill(back, note="no reason")
    staff.fill(back, note="long reason", reason="长" * 201)
    staff.fill(back, note="well", reason="标错了")
    staff.fill(back, note="again", reason="标错了")
    staff.get(f"/staff/bills/{number}", DIALOG)
    staff.fill(form, note="once more", channel="cash")
    staff.post("/staff/receipts", [("number", number)], note="paid bill")
    staff.get(f"/staff/bills/{number}/settlement/reversal", DIALOG)


def settle_many(staff: Browser) -> None:
    """Mark some bills paid, and everything that a filter finds."""
    one, two = staff.found(PENDING, NUMBER, 2)
    pairs = f"number={one}&number={two}"
    form = staff.form(f"/staff/bill-batches/settlement?{pairs}", "/settlement$", DIALOG)
    staff.fill(form, note="no channel")
    staff.fill(form, note="other count", channel="cash", count="3")
    staff.fill(form, note="well", channel="bank_transfer", payer_name="一家人")
    staff.fill(form, note="again", channel="bank_transfer")
    whole = "whole=1&q=2号楼/1单元&state=pending"
    form = staff.form(f"/staff/bill-batches/settlement?{whole}", "/settlement$", DIALOG)
    staff.fill(form, note="whole filter", channel="cash")
    staff.get(f"/staff/bill-batches/settlement?{pairs}", DIALOG)
    staff.get("/staff/bill-batches/settlement", DIALOG)
    staff.get("/staff/bill-batches/settlement?number=1", DIALOG)


def delete_bills(staff: Browser) -> None:
    """Delete one bill and several, and try what can't be deleted."""
    one, two, three = staff.found(PENDING, NUMBER, 3)
    form = staff.form(f"/staff/bills/{one}/removal", "/removal$", DIALOG)
    staff.fill(form, note="other amount", total_fen="1")
    staff.fill(form, note="no amount", total_fen=None)
    staff.fill(form, note="well")
    staff.fill(form, note="again")
    staff.get(f"/staff/bills/{one}")
    pairs = f"number={two}&number={three}"
    form = staff.form(f"/staff/bill-batches/removal?{pairs}", "/removal$", DIALOG)
    staff.fill(form, note="other amount", total_fen="1")
    staff.fill(form, note="well")
    [paid] = staff.found("/staff/bills?state=paid", NUMBER)
    staff.get(f"/staff/bills/{paid}/removal", DIALOG)
    staff.get(f"/staff/bills/{paid}/voiding", DIALOG)
    staff.get(f"/staff/bill-batches/removal?number={paid}&number={two}", DIALOG)
    staff.post(f"/staff/bills/{paid}/voiding", [("version", "1")], note="not pushed")


def unreadable_filters(staff: Browser) -> None:
    """Ask for acts on "all results" of a criterion that can't be read; change nothing."""
    for criterion in ("amount_max=20元", "period_from=某天", "state=gold", "batch=1"):
        for act in ("settlement", "removal", "reminder"):
            staff.get(f"/staff/bill-batches/{act}?whole=1&{criterion}", DIALOG)
        staff.get(f"/staff/exports/new?{criterion}", DIALOG)
        staff.get(f"/staff/bills?{criterion}", "div#bills")
        name, _, value = criterion.partition("=")
        staff.post("/staff/receipts", [("whole", "1"), (name, value)], note=criterion)


def receipts(staff: Browser) -> None:
    """Print receipts of some paid bills, of none, and of an order."""
    numbers = staff.found("/staff/bills?state=paid", NUMBER, 3)
    staff.post("/staff/receipts", [("number", number) for number in numbers], note="three")
    staff.post("/staff/receipts", note="none")
    [pending] = staff.found(PENDING, NUMBER)
    staff.post("/staff/receipts", [("number", pending)], note="pending bill")
    [order] = staff.found("/staff/payment-orders?state=paid", r"/staff/payment-orders/(\d{26})")
    staff.post(f"/staff/payment-orders/{order}/receipt", note="paid order")


def remind(staff: Browser) -> None:
    """Send reminders for one bill and for several, and look at what became of them."""
    one, *others = _reachable(staff)
    form = staff.form(f"/staff/bills/{one}/reminder", "/reminder$", DIALOG)
    staff.fill(form, note="one bill")
    staff.fill(form, note="one bill again")
    staff.get("/staff/bill-batches/reminder?whole=1", DIALOG)
    # Only houses that can be reminded: refused ones of one request are listed by chance.
    chosen = "&".join(f"number={number}" for number in others)
    form = staff.form(f"/staff/bill-batches/reminder?{chosen}", "/reminder$", DIALOG)
    staff.fill(form, note="other count", houses="0")
    staff.follow(staff.fill(form, note="chosen bills"))
    for path in staff.found("/staff/reminders", rf"(/staff/reminder-runs/{HEX})"):
        staff.get(path)
        staff.get(f"{path}/result", "section")


def _reachable(staff: Browser) -> list[str]:
    """Return three bills of different houses that can be reminded; raise MissingError."""
    listed = staff.get(f"{PENDING}&reminded=no", kept=False).text
    found: dict[str, str] = {}
    for number in dict.fromkeys(re.findall(NUMBER, listed)):
        path = f"/staff/bills/{number}/reminder"
        dialog = staff.get(path, DIALOG, kept=False).text
        house = re.search(r"\d+号楼/\d+单元/\d+", staff.page(f"/staff/bills/{number}").text)
        if f'action="{path}"' in dialog and house:
            found.setdefault(house[0], number)
        if len(found) == REMINDED:
            return list(found.values())
    raise MissingError(f"{staff.who}: {len(found)} of {REMINDED} houses can be reminded")


def reminder_settings(staff: Browser) -> None:
    """Change when and how the company reminds."""
    page = "/staff/reminder-settings"
    wechat = staff.form(page, "/channels/wechat$")
    for days in ("0", "x", "", "999"):
        staff.fill(wechat, note=f"days {days}", reminder_days=days)
    staff.fill(wechat, note="well", reminder_days="4")
    staff.fill(wechat, note="stale", reminder_days="5")
    sms = staff.form(page, "/channels/sms$")
    staff.fill(sms, note="switched on", on="yes")
    template = staff.form(page, "/template$")
    staff.fill(template, note="no id", template_id="")
    staff.fill(template, note="more rows", more_rows="yes")
    staff.fill(template, note="bad key", field_key=["x y", "", "", "", "", "", ""])
    staff.fill(template, note="well", template_id="demo-template-2")
    staff.get(page)


def official_menu(staff: Browser) -> None:
    """Change the menu of the official account, and remove it."""
    form = staff.form("/staff/official-menu", "/official-menu$")
    staff.fill(form, note="preview", preview="yes", b1_name="交费")
    staff.fill(form, note="no name", b1_name="")
    staff.fill(form, note="long name", b1_name="很长很长很长很长的名字")
    staff.fill(form, note="bad link", b2_name="链接", b2_url="ftp://x")
    staff.fill(form, note="well", b2_name="网站", b2_url="https://example.com/a")
    staff.get("/staff/official-menu")
    staff.fill(staff.form("/staff/official-menu/removal", "/removal$", DIALOG))
    staff.get("/staff/official-menu")
    account = staff.form("/staff/official-account", "/official-account$", DIALOG)
    staff.fill(account, note="no id", app_id="")
    staff.fill(account, note="well", app_id="demo-other-account", app_secret="demo")
    staff.fill(account, note="stale", app_id="demo-other-account", app_secret="demo")


def import_bills(staff: Browser) -> None:
    """Import bills: refused files, a sheet with errors, a good one, the same again."""
    page = "/staff/imports"
    [community] = staff.found(page, rf'value="({HEX})"')
    form = staff.form(page, "/imports/uploads")

    def upload(note: str, content: bytes, name: str, kind: str) -> httpx.Response:
        files = {"file": (name, content, kind)}
        return staff.follow(staff.fill(form, note=note, files=files, community=community))

    staff.post("/staff/imports/template", [("community", community), ("profile", "standard")])
    staff.post("/staff/imports/template", [("community", community), ("profile", "newsee")])
    staff.fill(form, note="no file", community=community)
    staff.fill(form, note="no community", files={"file": ("a.csv", b"a", CSV)}, community="")
    upload("unreadable", b"\x00\x01\x02", "a.xlsx", XLSX)
    upload("other columns", csv_of(("甲", "乙"), (("1", "2"),)), "a.csv", CSV)
    upload("too large", b"0" * (5 * 1024 * 1024 + 1), "a.csv", CSV)
    bad = upload("errors", xlsx_of([BILL_HEADER, GOOD_BILL, *BAD_BILLS]), "错.xlsx", XLSX)
    preview = bad.url.path
    for more in ("?show=error", "?show=warning", "/errors"):
        staff.get(f"{preview}{more}")
    staff.post(f"{preview}/batch", note="with errors")
    good = csv_of(BILL_HEADER, (GOOD_BILL,))
    preview = upload("good", good, "好.csv", CSV).url.path
    staff.follow(staff.post(f"{preview}/batch", note="good"))
    staff.follow(staff.post(f"{preview}/batch", note="good again"))
    time.sleep(1)  # bills of one second are numbered by chance
    preview = upload("same file", good, "好.csv", CSV).url.path
    staff.post(f"{preview}/batch", note="not confirmed")
    ticks = [("confirm_warnings", "yes"), ("confirm_same_file", "yes")]
    batch = staff.post(f"{preview}/batch", ticks, note="confirmed")
    page = staff.follow(batch).url.path
    staff.follow(staff.fill(staff.form(page, "/reminding$"), note="later", remind_now="no"))


def import_residents(staff: Browser) -> None:
    """Import residents: a sheet with errors, then a good one."""
    page = "/staff/resident-imports"
    [community] = staff.found(page, rf'value="({HEX})"')
    form = staff.form(page, "/resident-imports/uploads")
    staff.post("/staff/resident-imports/template", [("community", community)])
    for note, rows in (("errors", (GOOD_RESIDENT, *BAD_RESIDENTS)), ("good", (GOOD_RESIDENT,))):
        files = {"file": ("住户.xlsx", xlsx_of([RESIDENT_HEADER, *rows]), XLSX)}
        answer = staff.fill(form, note=note, files=files, community=community)
        preview = staff.follow(answer).url.path
        staff.get(f"{preview}/errors")
        staff.follow(staff.post(f"{preview}/batch", note=note))
        staff.follow(staff.post(f"{preview}/batch", [("confirm_warnings", "yes")], note=note))


def export_bills(staff: Browser) -> None:
    """Export bills in both formats, and wait for the files."""
    query = "?q=1号楼/1单元&state=paid"
    for kind in ("xlsx", "csv", "pdf"):
        form = staff.form(f"/staff/exports/new{query}", "/exports$", DIALOG)
        answer = staff.fill(form, note=kind, format=kind)
        path = answer.headers.get("location") or answer.headers.get("hx-redirect")
        if not path:
            continue
        for _look in range(EXPORT_LOOKS):
            if f"{path}/file" in staff.get(path, kept=False).text:
                break
            time.sleep(0.2)
        staff.get(path)
        staff.get(f"{path}/file")
        staff.post(f"{path}/cancellation", note=kind)
    staff.get("/staff/exports")


SCENARIOS: tuple[Callable[[Browser], None], ...] = (
    edit_bill,
    settle_one,
    settle_many,
    delete_bills,
    unreadable_filters,
    receipts,
    remind,
    reminder_settings,
    official_menu,
    import_bills,
    import_residents,
    export_bills,
)
