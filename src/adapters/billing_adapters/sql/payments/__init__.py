"""Orders, settlement, refunds, accounts and receipts."""
