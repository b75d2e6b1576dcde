"""Sheets, profiles, previews and imports."""
