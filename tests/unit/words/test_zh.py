"""Every code that the domain can say has Chinese words."""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from enum import Enum
from pathlib import Path

import pytest

import billing_adapters
import billing_domain
from billing_domain import errors
from billing_domain.errors import BillActionRefusedError, BillingError
from billing_domain.model.bills.bill import BillAction, BillOrigin, BillState, PaymentChannel
from billing_domain.model.bills.export import ExportState
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.company.audit import AuditAction
from billing_domain.model.company.community import CommunityStatus
from billing_domain.model.company.staff import Permission
from billing_domain.model.jobs.outbox import LOST, JobKind
from billing_domain.model.owners.registration import RegistrationState
from billing_domain.model.payments.order import OrderState, PaymentMethod
from billing_domain.model.payments.received_message import Verdict
from billing_domain.model.payments.refund import RefundState
from billing_domain.model.reminders.queued_reminder import (
    CHANNEL_OFF,
    CLOSED,
    GAVE_UP,
    MOVED_OUT,
    TIMED_OUT,
    DeliveryState,
)
from billing_domain.model.reminders.settings import MessagePart, ReminderChannel
from billing_domain.model.sheet import RowProblem, Severity, SheetRefusal
from billing_domain.ports.payments.gateway import Outcome
from billing_domain.ports.reminders.queries import ReminderOutcome
from billing_domain.use_cases.jobs.run_outbox import CRASHED
from billing_domain.words import zh_nouns
from billing_domain.words.zh import has_sentence, problem_sentence, sentence
from billing_entrypoints.words import labels
from billing_entrypoints.words.labels import label, tone

WORDED = (
    AuditAction,
    BillAction,
    BillOrigin,
    BillState,
    CommunityStatus,
    DeliveryState,
    ExportState,
    FeeType,
    JobKind,
    MessagePart,
    OrderState,
    Outcome,
    PaymentChannel,
    PaymentMethod,
    Permission,
    RefundState,
    RegistrationState,
    ReminderChannel,
    ReminderOutcome,
    Severity,
    Verdict,
)
DOMAIN = Path(billing_domain.__file__).parent
ADAPTERS = Path(billing_adapters.__file__).parent
SHEET_CODE = (DOMAIN / "model", DOMAIN / "use_cases")
# The only places where a problem's code is not written at the call.
CODES_FROM_ELSEWHERE = {"error.code", "fault.code", "code"}
REFUSAL = BillActionRefusedError(number="201810301522145940635", action="delete", reason="paid")
EXAMPLES: list[tuple[BillingError, str]] = [
    (
        errors.TooManyRowsError(rows=601, rows_max=600),
        "单次最多导入600条，当前文件601条，请拆分后再导入",
    ),
    (errors.StaleError(kind="bill", id="1"), "该缴费单已被他人修改，请按最新内容重新确认"),
    (errors.FieldError(field="reason", reason="required"), "请填写原因"),
    (errors.FieldError(field="fee_type", reason="required"), "请选择费用类型"),
    (errors.FieldError(field="name", reason="taken", value="甲"), "名称“甲”已被使用"),
    (errors.FieldError(field="password", reason="too_short"), "密码至少 10 位"),
    (
        errors.FieldError(field="request_key", reason="format", value="x"),
        "这个支付页面已失效，请返回待支付列表重新选择",
    ),
    (
        errors.AmountError(text="abc", reason="format"),
        "金额“abc”不是有效的数字，例如 1300 或 1,300.50",
    ),
    (errors.AmountError(text="0", reason="not_positive"), "金额“0”四舍五入到分后必须大于 0"),
    (errors.AmountError(text="1e9", reason="too_large"), "金额“1e9”不能超过 99,999,999.99 元"),
    (
        errors.DateTextError(text="2019年2月30日", reason="no_such_day"),
        "日历上没有“2019年2月30日”这一天",
    ),
    (
        errors.DateTextError(text="1999年1月", reason="year"),
        "“1999年1月”的年份不在 2000 年至 2099 年之内",
    ),
    (
        errors.DateTextError(text="一月", reason="format"),
        "日期“一月”写法不对，请写成“2019年01月”或“2019年12月5日”",
    ),
    (
        errors.FilterUnreadableError(criteria=(("amount_max", "20元"), ("type", "x"))),
        (
            "筛选条件无法识别：最大金额“20元”、费用类型“x”。"
            "请改正或清除后再操作，本次没有改动任何内容"
        ),
    ),
    (
        errors.PermissionMissingError(permission="remind"),
        "您的账号没有“催缴”权限，请联系管理员",
    ),
    (
        errors.ThingNotFoundError(kind="bill", id="1"),
        "找不到该缴费单，可能已被删除，或者您无权查看",
    ),
    (
        errors.CommunityClosedError(community_id="c", status="stopped"),
        "该小区已停用缴费，请先开通",
    ),
    (errors.CommunityStatusError(status="open", wanted="open"), "该小区已开通，无需重复操作"),
    (
        errors.CommunityStatusError(status="not_opened", wanted="stopped"),
        "该小区未开通，不能改为已停用",
    ),
    (errors.SignInThrottledError(retry_after_seconds=31), "登录失败次数过多，请在 31 秒后再试"),
    (errors.SignInThrottledError(retry_after_seconds=61), "登录失败次数过多，请在 2 分钟后再试"),
    (REFUSAL, "缴费单 201810301522145940635 已支付，不能删除"),
    (
        errors.PeriodOrderError(first_day=date(2026, 2, 1), last_day=date(2026, 1, 9)),
        "结束时间（2026年1月9日）早于开始时间（2026年2月1日）",
    ),
    (
        errors.FileImportedBeforeError(
            batch_id="b", imported_at=datetime(2026, 1, 1, 20, tzinfo=UTC)
        ),
        "同一个文件已在 2026-01-02 04:00 导入过，请确认是否再次导入",
    ),
    (
        errors.BatchRefusedError(action="delete", refusals=(REFUSAL,)),
        "有 1 笔不能删除，本次没有改动任何缴费单：201810301522145940635 已支付",
    ),
    (
        errors.BatchChangedError(
            count_confirmed=2, count_found=3, total_confirmed=100, total_found=150
        ),
        "缴费单在确认期间有变化：确认时 2 笔 ¥1.00，现在 3 笔 ¥1.50，请重新确认",
    ),
]


def reasons_of(kind: type[BillingError]) -> list[str]:
    """The reasons that an error's docstring lists: "`reason` is `a`, `b` or `c`"."""
    listed = (kind.__doc__ or "").partition("`reason` is ")[2].partition(".")[0].partition(";")[0]
    reasons = re.findall(r"`([a-z_]+)`", listed)
    assert len(reasons) > 1
    return reasons


REASONED: list[BillingError] = [
    *(errors.SheetRefusedError(reason=each.value, detail="A1") for each in SheetRefusal),
    *(errors.ReminderChannelOffError(channel=each.value) for each in ReminderChannel),
    *(
        kind(reason=each, **facts)
        for kind, facts in (
            (errors.FieldError, {"field": "remark", "value": "x"}),
            (BillActionRefusedError, {"number": "1", "action": "void"}),
            (errors.StorageUnusableError, {"detail": "x"}),
            (errors.RecipientUnreachableError, {}),
            (errors.MessagingMisconfiguredError, {"detail": "x"}),
        )
        for each in reasons_of(kind)
    ),
]


class TestSentence:
    @pytest.mark.parametrize("error", REASONED, ids=repr)
    def test_exists_for_every_reason(self, error: BillingError) -> None:
        assert sentence(error)

    @pytest.mark.parametrize(
        "code",
        sorted(
            {
                leaf.code
                for family in BillingError.__subclasses__()
                for leaf in family.__subclasses__()
            }
        ),
    )
    def test_exists_for_every_error(self, code: str) -> None:
        assert has_sentence(code)

    @pytest.mark.parametrize(("error", "words"), EXAMPLES)
    def test_says_what_happened(self, error: BillingError, words: str) -> None:
        assert sentence(error) == words

    def test_names_twenty_bills_of_a_batch(self) -> None:
        error = errors.BatchRefusedError(action="delete", refusals=(REFUSAL,) * 22)

        assert sentence(error).endswith("；……以及另外 2 笔")

    def test_leaves_out_the_word_that_a_provider_did_not_say(self) -> None:
        error = errors.MessagingMisconfiguredError(reason="secret", detail="")

        assert sentence(error) == "公众号的 AppSecret 不正确，请在公众号设置里重新填写"


class TestSmallCount:
    @pytest.mark.parametrize(("number", "text"), [(0, "零"), (9, "九"), (10, "十"), (11, "十一")])
    def test_writes_a_number(self, number: int, text: str) -> None:
        assert zh_nouns.small_count(number) == text


class TestProblemSentence:
    def test_exists_for_every_problem_that_the_domain_reports(self) -> None:
        codes = set(problem_codes())

        assert len(codes) > 8
        assert {code for code in codes if not has_sentence(code)} == set()

    def test_names_the_nearest_houses(self) -> None:
        facts = {"text": "1号楼/103", "candidates": ("幸福家园/1号楼/101", "幸福家园/1号楼/102")}
        problem = RowProblem(4, "房屋地址", Severity.ERROR, "house_not_found", facts)

        assert problem_sentence(problem) == (
            "小区里没有房屋“1号楼/103”，相近的有：幸福家园/1号楼/101、幸福家园/1号楼/102"
        )


class TestLabels:
    @pytest.mark.parametrize("member", [member for kind in WORDED for member in kind], ids=str)
    def test_name_every_member(self, member: Enum) -> None:
        assert label(member)
        assert not label(member).isascii()

    def test_have_a_tone_or_none(self) -> None:
        assert (tone(OrderState.PAID), tone(OrderState.CLOSED)) == ("paid", "")

    @pytest.mark.parametrize(
        ("said", "words"),
        [
            ("", ""),
            ("not_following", "住户没有关注公众号，收不到通知，请让住户先关注公众号"),
            ("secret:40001", "公众号的 AppSecret 不正确，请在公众号设置里重新填写（40001）"),
            ("secrets_unreadable", "公众号的密钥无法解密，请重新填写 AppSecret"),
            (MOVED_OUT, "住户已搬离或解除了微信绑定，已停止发送"),
            ("odd:1", "发送时出错（odd:1）"),
        ],
    )
    def test_say_why_a_message_did_not_arrive(self, said: str, words: str) -> None:
        assert labels.undelivered_label(said) == words

    @pytest.mark.parametrize(
        "said", [TIMED_OUT, GAVE_UP, MOVED_OUT, CHANNEL_OFF, CLOSED, "provider_unavailable"]
    )
    def test_know_every_end_of_a_message(self, said: str) -> None:
        assert said not in labels.undelivered_label(said)

    @pytest.mark.parametrize("said", [LOST, CRASHED, "provider_unavailable", "stale"])
    def test_know_the_usual_ends_of_a_job(self, said: str) -> None:
        assert said not in labels.job_end_label(said)

    def test_say_the_code_of_an_unusual_end(self) -> None:
        assert labels.job_end_label("odd") == "处理时出错（odd），请检查后重试"

    def test_name_every_reason_for_which_a_message_is_refused(self) -> None:
        reasons = {
            keyword.value.value
            for call in calls("NotificationRefusedError", ADAPTERS)
            for keyword in call.keywords
            if keyword.arg == "reason" and isinstance(keyword.value, ast.Constant)
        }

        assert len(reasons) > 5
        assert reasons <= set(labels.NOTIFICATION_REASONS)

    def test_name_every_field_that_the_domain_refuses(self) -> None:
        fields = {
            keyword.value.value
            for call in calls("FieldError")
            for keyword in call.keywords
            if keyword.arg == "field" and isinstance(keyword.value, ast.Constant)
        }

        assert len(fields) > 10
        assert fields <= set(zh_nouns.FIELDS)


def problem_codes() -> Iterator[str]:
    """Literal codes at calls: after a severity, or for a parameter named `code`."""
    places = {"RowProblem": 3, "RowFault": 0, **dict(code_parameters())}
    for tree in trees(*SHEET_CODE):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and len(node.args) > places.get(called(node), 99):
                yield from literal_code(node.args[places[called(node)]])
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "code":
                yield from strings(node.value)


def code_parameters() -> Iterator[tuple[str, int]]:
    for tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                names = [argument.arg for argument in node.args.args if argument.arg != "self"]
                if "code" in names:
                    yield node.name, names.index("code")


def called(call: ast.Call) -> str:
    return ast.unparse(call.func).split(".")[-1]


def literal_code(argument: ast.expr) -> Iterator[str]:
    if not isinstance(argument, ast.Constant):
        assert ast.unparse(argument) in CODES_FROM_ELSEWHERE
    yield from strings(argument)


def strings(tree: ast.expr) -> Iterator[str]:
    return (
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def calls(name: str, *folders: Path) -> Iterator[ast.Call]:
    for tree in trees(DOMAIN, *folders):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and called(node) == name:
                yield node


def trees(*folders: Path) -> Iterator[ast.Module]:
    for path in sorted(file for folder in folders or (DOMAIN,) for file in folder.rglob("*.py")):
        if "testing" not in path.parts:
            yield ast.parse(path.read_text(encoding="utf-8"))
