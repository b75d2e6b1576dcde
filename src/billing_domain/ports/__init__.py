"""The protocols that the domain needs from outside, named by role."""
