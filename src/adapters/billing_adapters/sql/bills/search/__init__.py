"""The query planner of the bill list."""
