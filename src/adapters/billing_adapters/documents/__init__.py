"""Spreadsheets, receipts and QR codes."""
