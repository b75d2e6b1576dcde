"""Time, randomness, secrets and files of this machine."""
