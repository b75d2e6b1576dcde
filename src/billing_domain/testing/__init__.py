"""For tests of embedders and our own: strategies for every model type, contracts of the ports."""
