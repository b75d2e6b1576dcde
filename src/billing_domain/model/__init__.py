"""The nouns of the product and their rules: pure values, no clock, no chance, no I/O."""
