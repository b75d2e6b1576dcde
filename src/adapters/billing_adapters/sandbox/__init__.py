"""A payment provider for demos and tests: real messages, no real money (rule 5.9)."""
