"""Shared parts of payment adapters: reading, comparing, signing, checking settings."""
