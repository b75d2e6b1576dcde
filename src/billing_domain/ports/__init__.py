"""What the domain needs from outside, as protocols named by role."""
