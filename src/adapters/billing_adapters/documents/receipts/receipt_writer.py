"""The writer of receipts."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import attrs
from fpdf import FPDF

from billing_adapters.documents.receipts.font import ReceiptFont
from billing_adapters.documents.receipts.form import Form, receipt_form, receipt_title
from billing_adapters.documents.receipts.page import FAMILY, PagePrinter
from billing_domain.errors import GlyphMissingError
from billing_domain.model.payments.receipt import ReceiptContent
from billing_domain.model.shanghai import day_start
from billing_domain.ports.payments.receipts import ReceiptWriter


@attrs.frozen
class PdfReceiptWriter(ReceiptWriter):
    """Writes PDFs that carry the few characters of the font that they need."""

    font: ReceiptFont = attrs.field(factory=ReceiptFont)

    def write(self, receipts: Sequence[ReceiptContent], *, printed_on: date) -> bytes:
        if not receipts:
            raise ValueError(receipts)
        forms = [self._form(receipt, printed_on) for receipt in receipts]
        pdf = FPDF(format="A4")
        pdf.set_auto_page_break(auto=False)
        pdf.set_creation_date(day_start(printed_on))  # not the clock: same bytes every time
        pdf.set_title(_title(receipts))
        pdf.set_author(receipts[0].company_name)
        pdf.set_lang("zh-CN")
        with tempfile.TemporaryDirectory(prefix="receipts-") as folder:
            self._add_font(pdf, forms, Path(folder))
            printer = PagePrinter(pdf, self.font)
            for form in forms:
                printer.draw(form)
            return bytes(pdf.output())

    def _form(self, receipt: ReceiptContent, printed_on: date) -> Form:
        form = receipt_form(receipt, printed_on)
        missing = {character for character in form.characters() if not self.font.draws(character)}
        for text in form.texts() if missing else ():
            for character in text:
                if character in missing:
                    raise GlyphMissingError(character, text, receipt.bill_number)
        return form

    def _add_font(self, pdf: FPDF, forms: Sequence[Form], folder: Path) -> None:
        """Give the PDF a font of its own characters; fpdf2 takes fonts from files alone."""
        characters = {character for form in forms for character in form.characters()}
        file = folder / "receipt.ttf"
        file.write_bytes(self.font.subset(characters))
        pdf.add_font(FAMILY, fname=file)


def _title(receipts: Sequence[ReceiptContent]) -> str:
    """Return the file's own title: the headline of its one receipt, or how many there are."""
    title = receipt_title(receipts[0])
    return title if len(receipts) == 1 else f"{title}等{len(receipts)}张"
