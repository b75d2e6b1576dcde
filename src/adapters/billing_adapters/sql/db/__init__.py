"""Connections, transactions and what all rooms' statements share."""
