"""A payment provider to try everything with: real messages, no real money (rule 5.9)."""
