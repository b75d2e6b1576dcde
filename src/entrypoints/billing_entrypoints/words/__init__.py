"""The Chinese words of screens and command line."""
