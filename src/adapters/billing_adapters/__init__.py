"""Adapters of the ports: one folder for each technology; no folder imports another."""
