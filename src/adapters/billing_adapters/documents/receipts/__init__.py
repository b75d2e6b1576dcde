"""From what receipts say to a PDF."""
