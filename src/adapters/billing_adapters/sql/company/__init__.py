"""Companies, communities, staff, rights, sign-in and the audit log."""
