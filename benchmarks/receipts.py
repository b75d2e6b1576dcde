"""Receipts beside what fpdf2 itself takes for the same texts, and beside their budget.

The floor gets a font that was cut beforehand, and places the same texts and boxes without a look
at what fits and what the font can draw.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from fpdf import FPDF

from benchmarks.stopwatch import Ratio, in_turn
from billing_adapters.documents.receipts.form import receipt_form
from billing_adapters.documents.receipts.receipt_writer import PdfReceiptWriter
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.money import Money
from billing_domain.model.payments.receipt import ReceiptContent
from billing_domain.model.period import BillingPeriod

DAY = date(2026, 11, 23)
MANY = 600
BUDGET_MS = {1: 100.0, MANY: 3000.0}
TIMES_ALLOWED = {1: 2.0, MANY: 2.5}


def receipt(number: int) -> ReceiptContent:
    """Return one of many receipts that differ as those of an import do."""
    return ReceiptContent(
        community_name="幸福家园",
        company_name="上海安居物业管理有限公司",
        bill_number=BillNumber(f"{20181030152214:014}{number:07}"),
        external_number=f"LX-{number:06}",
        address=f"{number % 30 + 1}号楼/{number % 4 + 1}单元/{number % 2000}",
        fee_type="物业费",
        amount=Money(130_012 + number),
        period=BillingPeriod(date(2018, 1, 2), date(2018, 12, 1)),
        residents=(("王伟", "13812344613"), ("李芳", "13998765432")),
        imported_at=datetime(2018, 10, 30, 7, 22, 14, tzinfo=UTC),
        paid_at=datetime(2018, 11, 1, 2, 3, 4, tzinfo=UTC),
        channel="现金支付",
        payer_name="王伟",
        remark="请妥善保管收据，退款时须凭此收据办理。",
    )


def bare(receipts: Sequence[ReceiptContent], font: Path) -> bytes:
    """Place the same texts and boxes with fpdf2 alone."""
    pdf = FPDF(format="A4")
    pdf.add_font("receipt", fname=font)
    pdf.set_font("receipt", size=10)
    for content in receipts:
        pdf.add_page()
        for line, text in enumerate(receipt_form(content, DAY).texts()):
            pdf.rect(20, 16 + 6 * line, 170, 6)
            pdf.text(20, 20 + 6 * line, text.replace("\n", " "))
    return bytes(pdf.output())


def measure() -> tuple[list[Ratio], list[Ratio]]:
    """Return the ratios to bare fpdf2, and to the budget, for one receipt and for many."""
    writer = PdfReceiptWriter()
    receipts = [receipt(number) for number in range(MANY)]
    texts = {text for each in receipts for text in receipt_form(each, DAY).texts()}
    beside, budget = [], []
    with tempfile.TemporaryDirectory() as folder:
        font = Path(folder, "cut.ttf")
        font.write_bytes(writer.font.subset({char for text in texts for char in text} | {" "}))
        for count, rounds in ((1, 20), (MANY, 5)):
            ours, floor = ways(writer, receipts[:count], font)
            name = f"{count} in one file"
            allowed = TIMES_ALLOWED[count]
            taken = in_turn(name, ours, floor, rounds=rounds, allowed=allowed)
            beside.append(taken)
            budget.append(Ratio(name, taken.ours, BUDGET_MS[count], 1.0))
    return beside, budget


def ways(
    writer: PdfReceiptWriter, receipts: Sequence[ReceiptContent], font: Path
) -> tuple[Callable[[], bytes], Callable[[], bytes]]:
    """Return our way and the bare one for the same receipts."""
    return lambda: writer.write(receipts, printed_on=DAY), lambda: bare(receipts, font)
