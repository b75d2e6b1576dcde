"""Reminder decisions, delivery, the official account and its menu."""
