"""Test doubles of the outside world: time, ids, secrets, payment provider, messages."""
