"""Tests for embedders and for us: strategies for every model type, contracts of the ports."""
