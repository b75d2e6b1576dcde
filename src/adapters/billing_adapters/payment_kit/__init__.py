"""What adapters of payment providers share: reading, comparing, signing, checking settings."""
