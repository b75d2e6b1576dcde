"""Time, chance and secrets from the machine itself."""
