"""Bills, search, exports and batches."""
