"""Freeze, lock, open again: a form, a participant, a site, the study; and the way to the opening of the results.

What comes in: the acts of ``capture/lock.py`` and the signatures over plan and opening of ``capture/sign.py``. What
goes out: pages. What never happens here: a decision about a lock, or a result.
"""
