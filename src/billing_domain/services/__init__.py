"""Steps that several use cases share: what must happen in one place, once (rule 5.5).

A step works inside the unit of work of its caller, or says that it opens its own.
"""
