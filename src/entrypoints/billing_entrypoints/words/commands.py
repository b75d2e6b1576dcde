"""The Chinese words of the command line: commands and their arguments by name, and answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from billing_domain.model.company.staff import Role
from billing_domain.ports.paging import PAGE_ROWS
from billing_domain.use_cases.payments.check_statements import READY_AT

PROGRAM: Final = "物业缴费系统的命令行。"
EPILOG: Final = """\
退出状态：0 完成，1 被拒绝，2 用法错误。
程序：{program}
数据库：{place}（由环境变量 BILLING_DATABASE_URL 或 BILLING_DATA_DIR 指定）"""

COMMANDS: Final[Mapping[str, str]] = {
    "bills": "缴费单：查找",
    "bills list": "列出缴费单，最新导入的在前",
    "check-statements": "读取支付渠道前一日的对账单，补记漏收的通知，一次",
    "community": "小区：建立、列出",
    "community create": "建立小区并开通",
    "community list": "列出小区",
    "company": "物业公司：建立、列出",
    "company create": "建立物业公司",
    "company list": "列出所有物业公司",
    "demo": "填入演示数据（仅限开发环境）",
    "import": "导入缴费单",
    "imports": "导入记录：列出、撤回",
    "imports list": "列出最近的导入",
    "imports withdraw": "撤回整批：把一次导入的缴费单全部移到回收站",
    "migrate": "建立数据库或升级到当前版本",
    "outbox": "失败的后台任务：列出、重试",
    "outbox list": "列出不再自动重试的任务",
    "outbox retry": "重试一个任务",
    "payments": "支付单：查看、核对",
    "payments show": "查看一笔支付单",
    "payments verify": "核对所有公司的支付单、缴费单和退款是否一致",
    "preview": "检查缴费单表格，不导入",
    "receipts": "打印已支付缴费单的收据，一份 PDF",
    "remind": "催缴：给有待支付缴费单的房屋发微信通知",
    "residents": "房屋和住户：导入",
    "residents import": "从住户模板导入房屋和住户",
    "serve": "启动网页服务",
    "settle-open": "向支付渠道查询未完成的支付单和退款，一次",
    "staff": "员工账号：新建",
    "staff create": "新建员工账号",
    "template": "下载缴费单模板或住户模板",
    "worker": "处理后台任务：催缴、退款；可以同时运行多个",
}
"""What each command does, in the list of commands."""

DESCRIPTIONS: Final[Mapping[str, str]] = {
    "check-statements": (
        "读取所有支付账户前一日的对账单：渠道已收款而本系统没有到账的支付单，向渠道查询后入账。"
        f"每天 {READY_AT:%H:%M} 以后才有前一日的对账单。常驻的 billing worker 每天自动读取。"
    ),
    "community create": (
        "建立小区并立即开通；授权密钥只显示这一次。"
        "加 --not-opened 只建立、不开通，以后在网页上开通。"
    ),
    "demo": (
        "填入演示数据：两家物业公司、一年的缴费单和各种角色的账号。"
        "已有演示数据时只列出账号，不改动任何数据。"
    ),
    "import": (
        "导入缴费单：要么全部导入，要么一条也不导入。"
        "同一个文件再次导入会被拒绝，除非加 --confirm-same-file。"
        "脚本重试时请给出 --request-key：同一个请求键只会导入一次。"
    ),
    "imports withdraw": "只要有一笔已支付或正在支付，就整批都不撤回。",
    "migrate": "可以重复运行；已是最新时不改动。",
    "preview": "检查缴费单表格，什么也不改动。",
    "remind": (
        "给有待支付缴费单的房屋发微信催缴通知，每户一条。通知先排队，"
        "由服务或 billing worker 发出；冷却中的房屋不发。"
    ),
    "serve": "启动网页服务，按 Ctrl+C 停止。",
    "staff create": (
        "新建员工账号。密码默认随机生成并只显示这一次；加 --password-stdin 时从标准输入读取一行。"
    ),
    "worker": (
        "处理后台任务：发送催缴通知和退款，每分钟查询一次未完成的支付单，"
        "每天读取前一日的对账单。收到 SIGTERM 或 Ctrl+C 后停止。"
    ),
}
"""What the help of a command begins with."""

ARGUMENTS: Final[Mapping[str, tuple[str, str]]] = {
    "--help": ("", "显示这份说明"),
    "--version": ("", "显示版本号"),
    "--json": ("", "只输出 JSON，供程序读取"),
    "--debug": ("", "出现意外错误时显示技术细节"),
    "--community": ("小区", "小区的名称或小区ID"),
    "--company": ("公司", "物业公司的名称或编号，用来区分同名小区"),
    "--template": ("模板", "standard（标准，默认）、newsee（新视窗）或本公司自定义模板的名称"),
    "file": ("文件", "csv、xls 或 xlsx"),
    "name": ("名称", ""),
    "bills list --limit": ("条数", f"最多列出多少条，默认 {PAGE_ROWS}"),
    "bills list --query": ("文字", "单号、电话、姓名或地址的一部分"),
    "bills list --state": ("状态", "待支付、已支付或已作废（pending、paid、voided），可以写多次"),
    "community create --company": ("公司", "物业公司的名称或编号"),
    "community create --not-opened": ("", "只建立，先不开通"),
    "community list --company": ("公司", "只列出这家物业公司的小区"),
    "--confirm-warnings": ("", "已核对提醒，照样导入"),
    "import --confirm-same-file": ("", "同一个文件已导入过，照样再导入一次"),
    "import --request-key": ("键", "任意文字；重试时用同一个键"),
    "imports list --limit": ("条数", f"最多列出多少次，默认 {PAGE_ROWS}"),
    "imports withdraw id": ("批次编号", "imports list 列出的编号"),
    "outbox retry id": ("任务编号", ""),
    "payments show number": ("支付单号", ""),
    "receipts --out": ("文件", "写到这个 pdf 文件，已有的会被替换"),
    "receipts numbers": ("平台单号", ""),
    "remind --dry-run": ("", "只试算结果，不发送"),
    "remind --query": ("文字", "只催缴这些缴费单的房屋：单号、电话、姓名或地址的一部分"),
    "residents import --dry-run": ("", "只检查表格，什么也不改动"),
    "serve --host": ("地址", "监听的地址，默认 BILLING_HOST 或 127.0.0.1"),
    "serve --port": ("端口", "监听的端口，默认 BILLING_PORT 或 8000"),
    "staff create --community": (
        "小区",
        "只能看到这个小区，可以写多次；不写则能看到公司的所有小区",
    ),
    "staff create --company": ("公司", "物业公司的名称或编号"),
    "staff create --name": ("姓名", ""),
    "staff create --password-stdin": ("", "从标准输入读取密码"),
    "staff create --role": ("角色", "、".join(role.value for role in Role)),
    "staff create login": ("账号", "3 至 40 位小写字母、数字或 . _ @ -"),
    "template --kind": ("", "bills 缴费单（默认）或 residents 住户"),
    "template --next-period": ("", "按上期账单填好下一期的费用和时段（只用于缴费单）"),
    "template --out": ("文件", "写到这个 xlsx 文件，已有的会被替换"),
    "worker --once": ("", "只处理现在到期的任务，然后退出"),
}
"""Placeholder and help of an argument: of one command's, or of every command's of that name."""

COMMAND, POSITIONALS, OPTIONS = "命令", "参数", "选项"
USAGE: Final = "用法："
USAGE_WRONG: Final = "{usage}\n用法错误：{message}"
NO_RANGE: Final = "“{text}”不是 {low} 到 {high} 的整数"
COMPLAINTS: Final[Mapping[str, str]] = {
    r"the following arguments are required: (.+)": "缺少 {0}",
    r"unrecognized arguments: (.+)": "不认识 {0}",
    r"argument (.+?): invalid choice: (.+) \(choose from (.+)\)": "{0} 没有 {1}，可选 {2}",
    r"argument (.+?): expected (?:one|at least one) argument": "{0} 后面要有一个值",
    r"argument (.+?): ignored explicit argument (.+)": "{0} 后面不带值",
    r"argument (.+?): not allowed with argument (.+)": "{0} 不能和 {1} 一起用",
    r"argument (.+?): invalid .+ value: (.+)": "{0} 的值 {1} 不对",
    r"argument (.+?): (.+)": "{0}：{1}",
}
"""What argparse complains about, as patterns, in the order in which they are tried."""

INTERRUPTED: Final = "\n已中断"
NOT_NAMED, NOT_INSTALLED = "未指明", "（未安装）"
DATABASE: Final = "\n数据库：{place}"
MIGRATED: Final = "数据库已升级到 {version}：{place}"
UP_TO_DATE: Final = "数据库已是最新（{version}）：{place}"

FAILURES: Final[Mapping[str, str]] = {
    "url": "数据库地址写法不对（{detail}）。请检查 BILLING_DATABASE_URL。",
    "driver": "缺少数据库驱动（{detail}）。请安装：pip install 'billing-domain[app]'",
    "unreachable": "连不上数据库：{detail}。请检查 BILLING_DATABASE_URL 和数据库服务。",
    "encoding": "数据库的编码是 {detail}，必须是 UTF8。请重新建立数据库。",
    "demo": (
        "数据库里有演示数据（{detail}），不能用于生产：演示账号的密码是公开的。请换一个新的数据库。"
    ),
    "schema": "数据库还没有建好，或者版本较旧。请先运行：billing migrate",
    "schema_newer": "数据库由另一个版本的程序建立（{detail}）。请升级程序后再试。",
    "schema_old": (
        "数据库由正式版之前的程序建立（版本 {detail}），不能升级。"
        "请先备份，用原来的程序导出所需的数据，再换一个新的数据库运行：billing migrate"
    ),
    "schema_taken": (
        "数据库里已有同名的表，不是本程序建立的（{detail}）。请换一个数据库，或换一个模式（schema）。"
    ),
    "schema_missing": (
        "数据库连接所指的模式（schema）不存在（{detail}）。请先建立：CREATE SCHEMA"
    ),
    "settings": "环境变量有误：\n{detail}",
    "not_installed": "缺少 {detail}。请安装：pip install 'billing-domain[app]'",
    "unexpected": (
        "出现意外错误（{detail}），没有完成。请加 --debug 重试，并把显示的内容交给技术人员。"
    ),
}
"""Why a command could not begin, or ended unexpectedly; the first are StorageUnusableError's."""

FILES: Final[Mapping[str, str]] = {
    "read_folder": "“{name}”是文件夹，请给出表格文件",
    "not_found": "找不到文件“{name}”",
    "unreadable": "没有权限读取“{name}”",
    "read": "读不了“{name}”（{why}）",
    "write_folder": "“{name}”是文件夹，请写出文件名",
    "no_folder": "文件夹“{name}”不存在",
    "unwritable": "没有权限写入“{name}”",
    "write": "写不了“{name}”（{why}）",
}

BY_COMMAND: Final = "命令行"
"""The name under which the audit log keeps what commands do."""

COMPANY, COMMUNITY, TEMPLATE = "物业公司", "小区", "导入模板"
AMBIGUOUS: Final = "有 {count} 个{kind}叫“{wanted}”，请改用编号指明：\n{lines}"
UNKNOWN: Final = "没有名称或编号为“{wanted}”的{kind}。{hint}"
KNOWN, NONE_YET = "现有：{names}", "还没有任何{kind}"

COMPANY_CREATED: Final = "已建立物业公司“{name}”"
COMPANY_ID: Final = "编号"
COMPANY_COLUMNS: Final = (COMPANY_ID, "名称")
NO_COMPANY: Final = "还没有物业公司"
COMMUNITY_CREATED: Final = "已建立小区“{name}”（{company}）"
COMMUNITY_OPENED: Final = "已建立并开通小区“{name}”（{company}）"
COMMUNITY_ID, STATUS, SECRET = "小区ID", "状态", "授权密钥"
COMMUNITY_COLUMNS: Final = (COMMUNITY_ID, "名称", STATUS, COMPANY)
NO_COMMUNITY: Final = "还没有小区"
SHOWN_ONCE: Final = "{secret}（只显示这一次，请妥善保存）"
STAFF_CREATED: Final = "已新建账号“{name}”（{company}）"
LOGIN, PASSWORD, ROLE, NAME = "账号", "密码", "角色", "姓名"
ALL_COMMUNITIES: Final = "公司的所有小区"

BILL_COLUMNS: Final = ("平台单号", "住户", "住址", "类型", "金额", "缴费时段", "状态")
BILLS_FOUND: Final = "共 {count} 笔，待支付 {pending}，已支付 {paid}"
NEWEST_SHOWN: Final = "，列出最新的 {count} 笔"
MORE_PEOPLE: Final = " 等{count}人"
DAYS: Final = "{first} 至 {last}"
RECEIPTS_WRITTEN: Final = "已写入 {count} 张收据：{path}"
TEMPLATE_WRITTEN: Final = "已写入{place}的模板：{path}"

FILE, CHECK, TOTAL, BATCH = "文件", "检查", "合计", "批次"
ROWS_TOTAL: Final = "{rows} 条 {total}"
IMPORTED: Final = "导入成功"
NOT_IMPORTED: Final = "没有导入：{why}{advice}"
CONFIRM: Final = "；核对后可以加 {flag}"
HAS_ERRORS: Final = "有错误，不能导入；改正后再试。"
HAS_WARNINGS: Final = "有提醒，核对后可以用 {flags} 导入。"
IMPORTABLE: Final = "可以导入。"
RESIDENTS_CHECKED: Final = (
    "没有改动任何内容；导入后将在{place}新增 {houses} 个房屋、{residents} 位住户"
)
RESIDENTS_ADDED: Final = "已在{place}新增 {houses} 个房屋、{residents} 位住户"
RESIDENTS_KNOWN: Final = "{place}没有新增：文件里的住户都已登记"
PROBLEM_COLUMNS: Final = ("行", "列", "级别", "说明")
WHOLE_ROW: Final = "整行"
PROBLEM_COUNTS: Final = "{rows} 行数据，{errors} 处错误，{warnings} 处提醒，{notes} 处提示"

IMPORT_COLUMNS: Final = (BATCH, "文件", "时间", "导入人", "条数", "合计", "已支付")
NO_IMPORTS: Final = "还没有导入记录"
WITHDRAWN: Final = "已撤回"
IMPORT_WITHDRAWN: Final = "已撤回“{file}”，{count} 笔缴费单移到回收站"
JOB_COLUMNS: Final = ("任务编号", "公司", "类型", "对象", "原因", "时间")
NO_JOB: Final = "没有失败的任务"
RETRIED: Final = "将立即重试：{kind} {subject}"
WORKING, STOPPED = "后台任务开始处理，按 Ctrl+C 停止", "已停止"
JOBS_DONE: Final = "完成 {done} 个，稍后再查 {postponed} 个，失败待重试 {failed} 个"
JOB_DEAD: Final = "需要人工处理：{id} {subject}（{why}）"

SETTLED: Final = (
    "到账 {settled} 笔，关闭 {closed} 笔，仍在等待 {waiting} 笔，完成退款 {refunded} 笔"
)
OVERDUE: Final = "超过 2 小时没有结果，需要人工处理：{number}"
FAILED: Final = "没有成功：{subject}（{reason}）"
ALL_AGREE: Final = "{count} 家公司的支付单和缴费单一致"
ORDER_FACTS: Final = (
    "支付单号",
    "状态",
    "金额",
    "付款人",
    "支付渠道",
    "渠道单号",
    "渠道说法",
    "发起时间",
    "支付时间",
    "未入账金额",
)
LINE_COLUMNS: Final = ("平台单号", "金额", "入账")
REFUND_COLUMNS: Final = ("退款单号", "金额", "状态")
MESSAGE_COLUMNS: Final = ("收到通知", "处理", "原因")
REFUNDED, BOOKED = "已退款", "已入账"
STATEMENTS_READ: Final = "读完对账单 {done} 份，补记到账 {settled} 笔"
ORDER_UNKNOWN: Final = "本系统没有的支付单：{number}"
AMOUNT_DIFFERS: Final = "实付金额和支付单不同：{number}"
READ_LATER: Final = "需要稍后再读：{subject}（{reason}）"

HOUSE_COLUMNS: Final = ("住址", "结果", "缴费单", "金额", "说明")
TO_SEND, QUEUED = "将发送", "已排队"
HOUSES: Final = "{name} {count} 户"
DRY_RUN, REMINDED = "试算，没有发送", "催缴"
NOTHING_UNPAID: Final = "没有待支付的缴费单"
PEOPLE: Final = "通知 {count} 人"
BILLS: Final = "{count} 笔"
UNDER_WAY: Final = "{day}的催缴还在发送"
NOBODY: Final = "没有住户绑定微信"

OPEN: Final = "打开 {url} ，按 Ctrl+C 停止"
NOT_STARTED: Final = "网页服务不能启动：{why}"
ADDRESS_UNUSABLE: Final = (
    "不能监听 {host} 端口 {port}（{why}）。可能已有服务在运行；请停掉它，或用 --port 换一个端口。"
)

NO_DEMO: Final = (
    "生产环境不能填入演示数据：演示账号的密码是公开的。"
    "请另设 BILLING_DEPLOYMENT=development 和自己的 BILLING_DATA_DIR。"
)
DEMO_THERE, DEMO_FILLED = "演示数据已存在，未改动", "已填入演示数据"
SIGN_IN_COLUMNS: Final = (LOGIN, PASSWORD, ROLE, NAME, COMPANY)
LINK_COLUMNS: Final = (COMMUNITY, "业主端（收款码）")
