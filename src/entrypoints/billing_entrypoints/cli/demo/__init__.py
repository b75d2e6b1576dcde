"""The demo's content."""
