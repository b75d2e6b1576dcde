"""The Chinese nouns in error sentences: fields, things, acts and states."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from billing_domain.model.bills.bill import BillAction
from billing_domain.model.bills.export import ExportState
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.company.community import CommunityStatus
from billing_domain.model.company.staff import Permission

FIELDS: Final[Mapping[str, str]] = {
    "account": "登录账号",
    "address": "房屋地址",
    "amount": "费用金额",
    "amount_max": "最大金额",
    "amount_min": "最小金额",
    "app_id": "AppID",
    "app_secret": "AppSecret",
    "asked_from": "催缴日期",
    "asked_to": "催缴日期",
    "batch": "导入批次",
    "bill": "缴费单",
    "building": "楼栋",
    "channel": "支付渠道",
    "columns.amount": "费用金额列",
    "columns.customer": "客户名称列",
    "columns.fee_type": "费用类型列",
    "columns.first_day": "开始时间列",
    "columns.house": "房屋地址列",
    "columns.last_day": "结束时间列",
    "columns.remark": "备注列",
    "community": "小区",
    "community_id": "小区",
    "customer": "客户名称",
    "date_forms": "日期写法",
    "fee_type": "费用类型",
    "file": "文件",
    "first_day": "开始时间",
    "format": "文件格式",
    "house": "房屋地址",
    "imported_at": "导入时间",
    "imported_from": "导入时间",
    "imported_to": "导入时间",
    "kind": "操作对象",
    "last_day": "结束时间",
    "login_name": "登录账号",
    "made_from": "发起日期",
    "made_to": "发起日期",
    "menu_buttons": "菜单",
    "menu_name": "菜单名称",
    "menu_url": "菜单链接",
    "moved_in_on": "入住日期",
    "moved_out_on": "搬离日期",
    "name": "名称",
    "new_password": "新密码",
    "numbers": "缴费单",
    "old_password": "原密码",
    "openid": "微信账号",
    "outcome": "催缴结果",
    "paid_at": "支付时间",
    "paid_by": "支付渠道",
    "paid_from": "支付时间",
    "paid_to": "支付时间",
    "password": "密码",
    "payer_name": "支付人姓名",
    "period": "缴费时段",
    "period_from": "缴费时段",
    "period_to": "缴费时段",
    "phone": "电话",
    "provider": "支付渠道",
    "q": "搜索内容",
    "reason": "原因",
    "refund_bills": "退款的缴费单",
    "relation": "关系",
    "remark": "备注",
    "reminded": "催缴",
    "reminder_days": "催缴间隔天数",
    "request_key": "支付请求",
    "requested_at": "催缴日期",
    "resident": "住户",
    "resident_name": "姓名",
    "role": "角色",
    "search_text": "搜索内容",
    "staff_name": "姓名",
    "state": "状态",
    "template_field": "模板字段",
    "template_id": "模板 ID",
    "template_text": "固定文字",
    "type": "费用类型",
    "voucher_number": "凭证号",
}

THINGS: Final[Mapping[str, str]] = {
    "bill": "缴费单",
    "collection_code": "收款码",
    "community": "小区",
    "company": "物业公司",
    "deleted_bill": "已删除的缴费单",
    "export": "导出文件",
    "house": "房屋",
    "import_batch": "导入记录",
    "import_profile": "导入模板",
    "menu": "公众号菜单",
    "official_account": "公众号",
    "outbox_job": "后台任务",
    "payment_account": "支付账户",
    "payment_order": "支付单",
    "refund": "退款",
    "registration": "业主登记",
    "reminder": "催缴通知",
    "reminder_run": "催缴",
    "reminder_settings": "催缴设置",
    "resident": "住户",
    "residents": "住户",
    "staff": "账号",
    "upload": "上传的文件",
}

PERMISSIONS: Final[Mapping[Permission, str]] = {
    Permission.VIEW_BILLS: "查看缴费单",
    Permission.IMPORT_BILLS: "导入缴费单",
    Permission.EDIT_BILLS: "编辑缴费单",
    Permission.DELETE_BILLS: "删除缴费单",
    Permission.RESTORE_BILLS: "恢复缴费单",
    Permission.WITHDRAW_IMPORTS: "撤回导入",
    Permission.MARK_PAID: "标记已支付",
    Permission.TAKE_BACK_PAYMENTS: "撤销标记",
    Permission.EXPORT_BILLS: "导出缴费单",
    Permission.REMIND: "催缴",
    Permission.VIEW_PHONES: "查看完整电话",
    Permission.MANAGE_RESIDENTS: "管理房屋住户",
    Permission.CONFIGURE_COMMUNITIES: "管理小区",
    Permission.CONFIGURE_COMPANY: "缴费设置",
    Permission.MANAGE_STAFF: "权限管理",
    Permission.VIEW_AUDIT: "查看操作日志",
    Permission.VIEW_PAYMENTS: "查看支付单",
    Permission.REFUND_PAYMENTS: "退款",
    Permission.ISSUE_RECEIPTS: "打印收据",
}

BILL_ACTIONS: Final[Mapping[BillAction, str]] = {
    BillAction.VIEW: "详情",
    BillAction.EDIT: "编辑",
    BillAction.REMIND: "催缴",
    BillAction.MARK_PAID: "标记已支付",
    BillAction.DELETE: "删除",
    BillAction.VOID: "作废",
    BillAction.PRINT: "打印",
    BillAction.TAKE_BACK: "撤销",
    BillAction.REFUND: "退款",
    BillAction.PAY: "支付",
}

COMMUNITY_STATUSES: Final[Mapping[CommunityStatus, str]] = {
    CommunityStatus.NOT_OPENED: "未开通",
    CommunityStatus.OPEN: "已开通",
    CommunityStatus.STOPPED: "已停用",
}

EXPORT_STATES: Final[Mapping[ExportState, str]] = {
    ExportState.WAITING: "等待中",
    ExportState.RUNNING: "导出中",
    ExportState.DONE: "已完成",
    ExportState.FAILED: "失败",
    ExportState.CANCELLED: "已取消",
}

UNREACHABLE: Final[Mapping[str, str]] = {
    "not_following": "住户没有关注公众号，收不到通知，请让住户先关注公众号",
    "refused": "住户拒收了公众号的通知，请改用其它方式联系",
    "unknown_openid": "住户绑定的微信不属于本公众号，请让住户重新登记",
}
"""Why a person can't be reached, by the codes of RecipientUnreachableError."""

MISCONFIGURED: Final[Mapping[str, str]] = {
    "no_account": "还没有设置公众号，请管理员在“支付账户”里填写公众号的 AppID 和 AppSecret",
    "no_template": "还没有设置催缴的消息模板，请管理员在催缴设置里填写模板 ID 和字段",
    "no_sms": "本系统没有接入短信服务，请在催缴设置里关闭短信催缴",
    "secret": "公众号的 AppSecret 不正确，请在公众号设置里重新填写（{detail}）",
    "app_id": "公众号的 AppID 不正确，请在公众号设置里重新填写（{detail}）",
    "address": "服务器的 IP 不在公众号的白名单里，请在微信公众平台添加（{detail}）",
    "template": "消息模板不存在，请核对催缴设置里的模板 ID（{detail}）",
    "field": "消息模板的字段不符合微信的要求，请核对催缴设置里的模板字段（{detail}）",
    "permission": "公众号没有这项接口权限，请在微信公众平台开通（{detail}）",
    "limited": "公众号被微信限制使用，请登录微信公众平台查看原因（{detail}）",
    "menu": "微信不接受这个菜单，请检查菜单名称和链接（{detail}）",
    "secrets_unreadable": "公众号的密钥无法解密，请重新填写 AppSecret",
    "other": "微信拒绝了请求，请检查公众号设置（{detail}）",
}
"""Why no message can leave, by the codes of MessagingMisconfiguredError."""


def field_label(name: str) -> str:
    """Return the label of a form field or sheet column; an unknown name stays unchanged."""
    return FIELDS.get(name, name)


def thing_label(kind: str) -> str:
    """Return the label of a model noun in error facts."""
    return THINGS.get(kind, "内容")


def misconfigured_label(reason: str, detail: str) -> str:
    """Return why no message can leave; raise KeyError for an unknown reason."""
    words = MISCONFIGURED[reason]
    # Not every provider gives a code.
    return words.format(detail=detail) if detail else words.replace("（{detail}）", "")


def small_count(number: int) -> str:
    """Return a number of 0..19 in Chinese: 10 is `十`."""
    digits = "零一二三四五六七八九"
    tens, ones = divmod(number, 10)
    return "十" * tens + (digits[ones] if ones or not tens else "")


FEE_TYPE_COUNT: Final = small_count(len(FeeType))
"""The number of fee types in sentences: `十`."""
