"""The data manager's page, and the emergency code break of a masked study.

What comes in: the cached rows, the index of what was said about data, the act of ``capture/code_break.py``. What goes
out: numbers by site with the way to what they count. What never happens here: a result by arm.
"""
