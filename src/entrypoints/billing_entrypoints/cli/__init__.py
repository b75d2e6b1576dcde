"""The command line `billing`, for people and for scripts."""
