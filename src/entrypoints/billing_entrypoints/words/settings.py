"""What is wrong with an environment variable, and what to do, for the operator in Chinese."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_DATABASE_URL: Final = (
    "请写 sqlite:////绝对路径/billing.sqlite3 或 postgresql+psycopg://用户:密码@主机/数据库"
)
PROBLEMS: Final[Mapping[str, tuple[str, str]]] = {
    "required": (
        "生产环境必须设置",
        "请在环境变量中给出它，写法见 README；只是试用时，请改用 BILLING_DEPLOYMENT=development",
    ),
    "deployment": ("不认识“{text}”", "请写 development 或 production"),
    "worker": ("不认识“{text}”", "请写 in-process 或 separate"),
    "no_folder": ("“{text}”不是文件夹", "请换一个文件夹，不存在时会自动建立"),
    "no_database": ("不是数据库地址", _DATABASE_URL),
    "no_file": ("没有指明 SQLite 文件", _DATABASE_URL),
    "no_server": ("没有指明 PostgreSQL 数据库", _DATABASE_URL),
    "scheme": ("不支持“{text}”", _DATABASE_URL),
    "host": ("“{text}”不是主机名或 IP 地址", "例如 127.0.0.1 或 0.0.0.0"),
    "integer": ("“{text}”不是 {low} 到 {high} 的整数", "请改成这个范围内的整数"),
    "public_url": (
        "“{text}”不能作为对外地址",
        "请写 {schemes}://域名，后面不带路径，例如 https://fee.example.com",
    ),
    "test_only": ("只用于测试，生产环境不能设置", "请去掉这个变量"),
    "not_here": ("“{text}”不是本机的地址", "请写 http://127.0.0.1:端口，或去掉这个变量"),
    "network": (
        "“{text}”不是 IP 地址或网段",
        "多个地址用英文逗号隔开，例如 10.0.0.1,10.1.0.0/16",
    ),
    # The text itself is never shown: it would end up in a log.
    "key": (
        "不是有效的密钥",
        "需要 32 字节的 URL 安全 base64；可以用开发环境自动生成的 {file} 里的那种",
    ),
    "key_unkept": ("不能在“{text}”里保存密钥（{why}）", "请检查文件夹的权限，或换一个文件夹"),
    "key_damaged": (
        "“{text}”里的密钥已损坏",
        "请从备份恢复它；若没有用它加密过任何内容，删除后会重新生成",
    ),
}
OR: Final = "或"
