"""How every kind of sheet becomes records."""
