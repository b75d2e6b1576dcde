"""Storage in memory, and deterministic doubles of time and chance, for tests and embedders."""
