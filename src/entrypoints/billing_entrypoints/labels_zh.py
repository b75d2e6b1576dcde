"""The Chinese words for fields, rights, actions and things, shared by web and command line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from billing_domain.model.bills.bill import BillAction
from billing_domain.model.bills.export import ExportState
from billing_domain.model.company.audit import AuditAction
from billing_domain.model.company.community import CommunityStatus
from billing_domain.model.company.staff import Permission
from billing_domain.model.jobs.outbox import JobKind

FIELDS: Final[Mapping[str, str]] = {
    "account": "登录账号",
    "address": "房屋地址",
    "amount": "费用金额",
    "amount_max": "最大金额",
    "amount_min": "最小金额",
    "app_id": "AppID",
    "app_secret": "AppSecret",
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
    "last_day": "结束时间",
    "login_name": "登录账号",
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

PERMISSIONS: Final[Mapping[Permission, str]] = {
    Permission.VIEW_BILLS: "查看缴费单",
    Permission.IMPORT_BILLS: "导入缴费单",
    Permission.EDIT_BILLS: "编辑缴费单",
    Permission.DELETE_BILLS: "删除缴费单",
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

AUDIT_ACTIONS: Final[Mapping[AuditAction, str]] = {
    AuditAction.IMPORTED: "导入",
    AuditAction.EDITED: "编辑",
    AuditAction.MARKED_PAID: "标记已支付",
    AuditAction.TAKEN_BACK: "撤销标记",
    AuditAction.DELETED: "删除",
    AuditAction.VOIDED: "作废",
    AuditAction.CREATED: "新增",
    AuditAction.CHANGED: "修改",
    AuditAction.OPENED: "开通",
    AuditAction.STOPPED: "停用",
    AuditAction.SECRET_RESET: "重置授权密钥",
    AuditAction.MOVED_OUT: "登记搬离",
    AuditAction.PASSWORD_CHANGED: "修改密码",
    AuditAction.DISABLED: "停用账号",
    AuditAction.ENABLED: "启用账号",
    AuditAction.SIGNED_IN: "登录",
    AuditAction.EXPORTED: "导出",
    AuditAction.PHONES_SHOWN: "查看完整电话",
    AuditAction.ORDERED: "发起支付",
    AuditAction.PAID_ONLINE: "在线支付",
    AuditAction.ORDER_PAID: "支付单到账",
    AuditAction.ORDER_CLOSED: "关闭支付单",
    AuditAction.ORDER_RELEASED: "强制释放支付单",
    AuditAction.REFUND_PROPOSED: "申请退款",
    AuditAction.REFUND_APPROVED: "同意退款",
    AuditAction.REFUND_REJECTED: "驳回退款",
    AuditAction.REFUND_RETRIED: "重试退款",
    AuditAction.REFUND_SENT: "提交退款",
    AuditAction.REFUND_DONE: "退款到账",
    AuditAction.REFUND_FAILED: "退款失败",
    AuditAction.REFUNDED: "退款后恢复待支付",
    AuditAction.REMINDED: "催缴",
    AuditAction.RECEIPT_ISSUED: "开具收据",
    AuditAction.JOB_RETRIED: "重试后台任务",
    AuditAction.REGISTERED: "登记业主信息",
    AuditAction.BOUND: "绑定微信",
    AuditAction.UNBOUND: "解除微信绑定",
    AuditAction.REGISTRATION_APPROVED: "通过业主登记",
    AuditAction.REGISTRATION_REJECTED: "驳回业主登记",
}

JOB_KINDS: Final[Mapping[JobKind, str]] = {
    JobKind.REFUND: "退款",
    JobKind.REMINDER: "催缴",
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

THINGS: Final[Mapping[str, str]] = {
    "bill": "缴费单",
    "collection_code": "收款码",
    "community": "小区",
    "company": "物业公司",
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


def field_label(name: str) -> str:
    """Return the word for a form field or sheet column; an unknown one stays as it is."""
    return FIELDS.get(name, name)


def thing_label(kind: str) -> str:
    """Return the word for a model noun, as error facts name it."""
    return THINGS.get(kind, "内容")
