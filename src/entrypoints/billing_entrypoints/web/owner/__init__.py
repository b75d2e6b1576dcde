"""The pages of owners on their phones (rules 5.1, 5.10)."""
