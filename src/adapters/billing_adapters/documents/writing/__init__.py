"""Writes rows of cells to workbooks and csv files."""
