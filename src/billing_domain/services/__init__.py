"""Services that several use cases share (rule 5.5).

A service works inside its caller's unit of work, unless its docstring says that it opens its own.
"""
