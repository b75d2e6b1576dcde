"""The nouns of the product and their rules: pure values without clock, random numbers or I/O."""
