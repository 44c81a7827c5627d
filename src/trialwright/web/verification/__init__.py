"""Source verification: the monitor compares forms with the source, item by item, and sees what has fallen away.

What comes in: the acts of ``capture/verify_source.py``. What goes out: progress by site, the forms of a participant,
one form to be compared. What never happens here: a decision about what counts as verified.
"""
