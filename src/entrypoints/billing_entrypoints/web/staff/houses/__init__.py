"""Houses and residents."""
