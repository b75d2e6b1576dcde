"""What `nox -s bench` runs: our path and the bare floor side by side, ratios printed."""
