"""What owners do: they register, look at bills, pay at the sandbox's cashier, give up."""

import time
from collections.abc import Callable, Sequence
from functools import partial

from tests.simulation.walk.browser import Browser
from tests.simulation.walk.markup import post_forms, read_html

BILL = r"name=\"number\"\s+value=\"(\d{21})\""
ACTIONS = ("pay", "pay_silently", "pay_late", "cancel")


def enter(owner: Browser, community: str, resident: str) -> None:
    """Sign in as a resident, empty for somebody unknown."""
    path = f"/owner/{community}/visitors"
    owner.follow(owner.post(path, [("resident_id", resident)], note="sign in"))


def residents_of(owner: Browser, community: str) -> Sequence[str]:
    """Return the residents that a visitor of the sandbox may be."""
    page = owner.page(f"/owner/{community}/visitors")
    named = [each for each in page.inside("button") if each.get("name") == "resident_id"]
    return [value for each in named if (value := each.get("value"))]


def owing(owner: Browser, community: str, residents: Sequence[str], count: int) -> list[str]:
    """Return the first residents with bills to pay, that many at most."""
    found = []
    for resident in residents[::7]:
        fields = [("resident_id", resident)]
        token = {"_csrf_token": _token(owner, community)}
        owner.client.post(f"/owner/{community}/visitors", data={**dict(fields), **token})
        if 'name="number"' in owner.get("/owner/bills", kept=False).text:
            found.append(resident)
        if len(found) == count:
            break
    return found


def register(owner: Browser, community: str) -> None:
    """Say who one is, badly and well."""
    page = f"/owner/{community}/registration"
    well = {
        "resident_name": "走查业主",
        "phone": "13900003333",
        "house": "5号楼1单元101",
        "relation": "owner",
    }
    owner.get(page)
    for name in (*well, "surplus"):
        fields = {**well, name: ""} if name in well else {**well, name: "1"}
        owner.post(page, fields.items(), note=f"without {name}")
    for name, value in (("phone", "12"), ("relation", "king"), ("house", "长" * 300)):
        owner.post(page, {**well, name: value}.items(), note=f"bad {name}")
    owner.follow(owner.post(page, well.items(), note="well"))
    owner.get(f"{page}?change=1")
    owner.post(page, {**well, "resident_name": "走查业主二"}.items(), note="changed")


def pay(owner: Browser, action: str) -> None:
    """Choose a bill, check out, and do something at the cashier."""
    time.sleep(1)  # orders of one second are listed by chance
    [number] = owner.found("/owner/bills", BILL)
    form = owner.form(f"/owner/checkout?number={number}", "/owner/orders$")
    owner.fill(form, note="surplus field", surplus="1")
    answer = owner.fill(form, note=action)
    cashier = answer.headers.get("location", "")
    owner.fill(form, note=f"{action}, sent twice")
    page = owner.get(cashier)
    order = next((a["href"] for a in read_html(page.text).inside("a")), "/owner/bills")
    owner.post(cashier, [("action", "gold")], note="unknown action")
    done = owner.post(cashier, [("action", action)], note=action)
    owner.follow(done)
    owner.get(cashier)
    order = done.headers.get("location", order).replace(str(owner.client.base_url), "/")
    order = "/" + order.lstrip("/")
    for path in (f"{order}/pay", f"{order}?look=9", f"{order}?look=x", order):
        owner.get(path)
    owner.post(f"{order}/closing", note=action)
    owner.get(order)
    owner.get(f"/owner/bills/{number}")
    owner.post(f"/owner/bills/{number}/receipt", note=action)


def pay_many(owner: Browser) -> None:
    """Check out several bills, none, too many, and foreign ones."""
    numbers = owner.found("/owner/bills", BILL)
    query = "&".join(f"number={number}" for number in numbers)
    owner.get(f"/owner/checkout?{query}")
    owner.get("/owner/checkout")
    owner.get("/owner/checkout?number=202001010000000000001")
    owner.get("/owner/checkout?" + "&".join(f"number={n:021d}" for n in range(60)))
    owner.post("/owner/orders", [("number", numbers[0]), ("request_key", "")], note="no key")
    owner.post("/owner/orders", [("request_key", "0" * 32)], note="no bill")


def get_lost(owner: Browser) -> None:
    """Ask for what is not there or not one's own."""
    for path in (
        "/owner/",
        "/owner/nothing",
        "/owner/bills/1",
        "/owner/bills/paid?after=x",
        "/owner/orders/1",
        "/owner/orders/1/pay",
        "/owner/reminders/1",
        "/owner/1/visitors",
        "/owner/1/registration",
        "/sandbox/cashier/x",
        "/sandbox/inbox/x",
        "/staff/bills",
    ):
        owner.get(path)
    owner.post("/owner/orders/1/closing", note="no order")


def sign_out(owner: Browser) -> None:
    """Sign out; nothing is shown afterwards."""
    owner.post("/owner/sign-out")
    owner.get("/owner/bills")


SCENARIOS: tuple[Callable[[Browser], None], ...] = (
    *(partial(pay, action=action) for action in ACTIONS),
    pay_many,
    get_lost,
    sign_out,
)
"""What a payer each does, who has bills to pay and did nothing before."""


def _token(owner: Browser, community: str) -> str:
    page = read_html(owner.get(f"/owner/{community}/visitors", kept=False).text)
    return dict(post_forms(page, "/")[0].fields)["_csrf_token"]
