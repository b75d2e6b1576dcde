"""Writes receipts as PDF."""
