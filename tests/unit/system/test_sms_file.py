"""Text messages of a demo go into a file, each once."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from billing_adapters.system.sms_file import FileSmsSender
from billing_domain.model.money import Money
from billing_domain.ports.reminders.messaging import ReminderMessage

MESSAGE = ReminderMessage(
    community="幸福家园",
    house="幸福家园/1号楼/101",
    count=2,
    total=Money(1_300_00),
    link="https://fee.example/bills",
    client_msg_id="m1",
)


class TestFileSmsSender:
    def test_writes_down_what_it_would_send(self, tmp_path: Path) -> None:
        delivered = FileSmsSender(tmp_path / "sms.jsonl").send("13800000001", MESSAGE)

        assert delivered.message_id == "m1"
        assert json.loads((tmp_path / "sms.jsonl").read_text(encoding="utf-8")) == {
            "phone": "13800000001",
            "id": "m1",
            "community": "幸福家园",
            "house": "幸福家园/1号楼/101",
            "count": 2,
            "total": "¥1,300.00",
            "link": "https://fee.example/bills",
        }

    def test_sends_a_message_once_to_each_phone(self, tmp_path: Path) -> None:
        sender = FileSmsSender(tmp_path / "sms.jsonl")
        phones = ["13800000001", "13800000002"] * 4

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda phone: sender.send(phone, MESSAGE), phones))

        lines = (tmp_path / "sms.jsonl").read_text(encoding="utf-8").splitlines()
        assert sorted(json.loads(line)["phone"] for line in lines) == sorted(set(phones))
