"""The registry's rules V01 to V144, one small function each, grouped as the record is.

To add a rule, write its function beside the others of its part and its row in that file's ``RULES``.
"""
