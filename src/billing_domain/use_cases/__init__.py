"""The acts of staff, owners and programs.

Each act checks the permission, owns its transaction, and writes the audit log.
"""
