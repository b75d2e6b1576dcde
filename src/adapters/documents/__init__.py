"""Spreadsheets: reading what users upload, writing what they download."""
