"""Spreadsheets in and out, receipts, QR codes."""
