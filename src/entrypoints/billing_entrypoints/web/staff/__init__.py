"""The pages that staff work with, one resource a file."""
