"""What payment providers send us."""
