"""The technologies behind the ports: one folder per technology, none imports another."""
