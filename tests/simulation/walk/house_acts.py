"""What staff do with houses, accounts, settings, registrations and payment orders."""

from __future__ import annotations

from collections.abc import Callable

from tests.simulation.walk.browser import Browser
from tests.simulation.walk.staff_acts import DIALOG, HEX

HOUSE = rf"/staff/houses/({HEX})\""
ORDER = r"/staff/payment-orders/(\d{26})"
REFUND = r"/staff/refunds/(\d+)/approval"
PASSWORD = "walk-password-1"


def houses(staff: Browser) -> None:
    """Add a house, change its address, delete it, and delete one that has bills."""
    [community] = staff.found("/staff/houses", rf"/staff/houses\?community=({HEX})")
    listed = f"/staff/houses?community={community}"
    form = staff.form(f"/staff/houses/new?community={community}", "/houses", DIALOG)
    for address in ("", "随便", "1号楼/1单元/101", "长" * 200):
        staff.fill(form, note=f"address {address[:10]}", address=address)
    staff.fill(form, note="well", address="88号楼/1单元/101")
    [house] = staff.found(f"{listed}&q=88号楼", HOUSE)
    form = staff.form(f"/staff/houses/{house}/address", "/address$", DIALOG)
    staff.fill(form, note="taken", address="1号楼/1单元/101")
    staff.fill(form, note="well", address="88号楼/1单元/102")
    staff.get(f"/staff/houses/{house}")
    residents(staff, house)
    staff.fill(staff.form(f"/staff/houses/{house}/removal", "/removal$", DIALOG))
    [other] = staff.found(f"{listed}&q=1号楼", HOUSE)
    staff.get(f"/staff/houses/{other}/removal", DIALOG)
    staff.post(f"/staff/houses/{other}/removal", note="with bills", target=DIALOG)


def residents(staff: Browser, house: str) -> None:
    """Let somebody move in, be corrected, and move out."""
    form = staff.form(f"/staff/houses/{house}/residents/new", "/residents$", DIALOG)
    staff.fill(form, note="no name", resident_name="")
    staff.fill(form, note="bad phone", resident_name="走查", phone="12")
    staff.fill(form, note="bad day", resident_name="走查", moved_in_on="某天")
    staff.fill(form, note="well", resident_name="走查", phone="13900002222")
    at = f"/staff/houses/{house}/residents/"
    [resident] = staff.found(f"/staff/houses/{house}", rf"{at}({HEX})")
    form = staff.form(f"{at}{resident}/edit", "/edit$", DIALOG)
    staff.fill(form, note="well", resident_name="走查人")
    staff.fill(form, note="stale", resident_name="走查人二")
    staff.post(f"{at}{resident}/phone", target="span")
    staff.post(f"{at}{resident}/phone")
    form = staff.form(f"{at}{resident}/moving-out", "/moving-out$", DIALOG)
    staff.fill(form, note="bad day", moved_out_on="某天")
    staff.fill(form, note="well", moved_out_on="2026-01-01")
    staff.get(f"/staff/houses/{house}")


def accounts(staff: Browser) -> None:
    """Create an account, change its role, give it a password, disable it."""
    page = "/staff/staff-accounts"
    form = staff.form(f"{page}/new", "/staff-accounts$", DIALOG)
    well = {"staff_name": "走查员", "login_name": "walk-staff", "password": PASSWORD}
    staff.fill(form, note="empty")
    staff.fill(form, note="short password", changes={**well, "password": "1"})
    staff.fill(form, note="bad login", changes={**well, "login_name": "走查"})
    staff.fill(form, note="bad role", changes={**well, "role": "king"})
    staff.fill(form, note="no community", changes={**well, "reach": "some"})
    staff.fill(form, note="well", changes=well)
    staff.fill(form, note="taken", changes=well)
    account = staff.found(page, rf"/staff/staff-accounts/({HEX})/edit\"", 5)[-1]
    form = staff.form(f"{page}/{account}/edit", "/edit$", DIALOG)
    staff.fill(form, note="other role", role="finance")
    staff.fill(form, note="stale", role="read_only")
    form = staff.form(f"{page}/{account}/password", "/password$", DIALOG)
    staff.fill(form, note="short", password="1")
    staff.fill(form, note="well", password=PASSWORD + "2")
    staff.fill(staff.form(f"{page}/{account}/disabling", "/disabling$", DIALOG))
    staff.get(page)


def own_password(staff: Browser) -> None:
    """Change one's own password, badly only: others sign in with it."""
    form = staff.form("/staff/password", "/password$", DIALOG)
    staff.fill(form, note="empty")
    names = [name for name, _value in form.fields if "password" in name]
    staff.fill(form, note="wrong", changes=dict.fromkeys(names, PASSWORD))


def payment_accounts(staff: Browser) -> None:
    """Add payment accounts of each provider, badly and well."""
    page = "/staff/payment-accounts"
    for provider in staff.found(f"{page}/new", r"/new\?provider=(\w+)", 3):
        form = staff.form(f"{page}/new?provider={provider}", "/payment-accounts$")
        staff.fill(form, note=f"{provider} empty")
        wrong = {n: "错" for n, _v in form.fields if n not in {"provider", "version"}}
        staff.fill(form, note=f"{provider} wrong", changes=wrong)
        right = dict.fromkeys(wrong, "1" * 32) | {"name": f"走查 {provider}"}
        staff.fill(form, note=f"{provider} ones", changes=right)
    form = staff.form(f"{page}/new?provider=sandbox", "/payment-accounts$")
    staff.fill(form, note="unknown provider", provider="gold")
    staff.fill(form, note="sandbox well", name="第二个沙箱", refund_seconds="")
    for account in staff.found(page, rf"{page}/({HEX})/edit"):
        form = staff.form(f"{page}/{account}/edit", "/edit$")
        staff.fill(form, note="renamed", name="改名")
        staff.fill(form, note="stale", name="又改名")
        staff.post(f"{page}/{account}/check", target="div")
        staff.post(f"{page}/{account}/use", target="div")
    staff.get(page)


def communities(staff: Browser) -> None:
    """Create a community, rename, open and stop it, renew its secret; rename the company."""
    page = "/staff/communities"
    form = staff.form(f"{page}/new", "/communities$", DIALOG)
    for name in ("", "幸福家园", "走查/小区", "长" * 80):
        staff.fill(form, note=f"name {name[:8]}", name=name)
    staff.fill(form, note="well", name="走查小区")
    community = staff.found(page, rf"{page}/({HEX})/opening", 1)[-1]
    for act, name in (("name", "走查新区"), ("opening", ""), ("secret", "")):
        staff.fill(
            staff.form(f"{page}/{community}/{act}", f"/{act}$", DIALOG),
            changes={"name": name} if name else {},
        )
    staff.fill(staff.form(f"{page}/{community}/stopping", "/stopping$", DIALOG))
    staff.get(f"{page}/{community}/collection-code", DIALOG)
    form = staff.form("/staff/company", "/company$")
    staff.fill(form, note="empty", name="")
    staff.fill(form, note="well", name="阳光物业公司")
    staff.get(page)


def import_profiles(staff: Browser) -> None:
    """Copy an import profile, change it, delete it."""
    page = "/staff/import-profiles"
    form = staff.form(f"{page}/standard/copy", "/copy$")
    staff.fill(form, note="no name", name="")
    staff.fill(form, note="more rows", name="走查模板", more_rows="yes")
    staff.follow(staff.fill(form, note="well", name="走查模板"))
    staff.get(page)
    [key] = staff.found(page, rf"{page}/([^/\"]+)/edit")
    form = staff.form(f"{page}/{key}/edit", "/edit$")
    staff.fill(form, note="no dates", date_forms=None)
    staff.follow(staff.fill(form, note="well", name="走查模板二"))
    staff.get(f"{page}/{key}")
    staff.fill(staff.form(f"{page}/{key}/removal", "/removal$", DIALOG))
    staff.get(page)


def orders(staff: Browser) -> None:
    """Ask about an order, propose refunds, and try to approve one oneself."""
    order, other = staff.found("/staff/payment-orders?state=paid", ORDER, 2)
    page = f"/staff/payment-orders/{order}"
    staff.get(page)
    staff.post(f"{page}/inquiry", target="div")
    staff.post(f"{page}/release", [("reason", "走查")], note="paid order", target=DIALOG)
    form = staff.form(f"/staff/refunds/new?order={order}", "/refunds$", DIALOG)
    staff.fill(form, note="no reason")
    staff.fill(form, note="long reason", reason="长" * 200)
    staff.fill(form, note="no bills", reason="走查", bill=None)
    bills = [value for name, value in form.fields if name == "bill"]
    staff.fill(form, note="one bill", reason="走查退款", bill=bills[:1])
    staff.fill(form, note="again", reason="走查退款", bill=bills[:1])
    staff.get(page)
    staff.get("/staff/payment-troubles")
    [refund] = staff.found("/staff/payment-troubles", REFUND)
    for act in ("approval", "retry"):
        staff.post(f"/staff/refunds/{refund}/{act}", note="own", target=DIALOG)
    form = staff.form(f"/staff/refunds/new?order={other}", "/refunds$", DIALOG)
    staff.fill(form, note="all bills", reason="走查退款")


def decide_refunds(staff: Browser) -> None:
    """Approve a refund that somebody else proposed, and reject another."""
    page = "/staff/payment-troubles"
    for act in ("approval", "rejection"):
        [refund] = staff.found(page, REFUND)
        staff.post(f"/staff/refunds/{refund}/{act}", note=act, target=DIALOG, page=page)
        staff.post(f"/staff/refunds/{refund}/{act}", note="again", target=DIALOG, page=page)
    staff.get(page)


def registrations(staff: Browser) -> None:
    """Decide what owners registered: reject one, approve one."""
    page = "/staff/registrations"
    staff.get(page)
    one, two = staff.found(page, rf"{page}/({HEX})\"", 2)
    form = staff.form(f"{page}/{one}/rejection", "/rejection$", DIALOG)
    staff.fill(form, note="no reason")
    staff.fill(form, note="well", reason="地址不完整")
    staff.fill(form, note="again", reason="地址不完整")
    staff.get(f"{page}/{two}?q=1号楼")
    [house] = staff.found(f"{page}/{two}?q=5号楼", rf"house=({HEX})")
    form = staff.form(f"{page}/{two}?house={house}", "/approval$")
    staff.fill(form, note="nobody chosen", resident=None)
    staff.fill(form, note="bad day", resident="new", moved_in_on="某天")
    staff.follow(staff.fill(form, note="well", resident="new", moved_in_on="2020-01-01"))
    staff.fill(form, note="again", resident="new")


SCENARIOS: tuple[Callable[[Browser], None], ...] = (
    houses,
    accounts,
    own_password,
    payment_accounts,
    communities,
    import_profiles,
    registrations,
    orders,
)
