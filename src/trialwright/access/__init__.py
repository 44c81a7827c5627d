"""Who may do what: role × act × site × delegation, answered with the reasons why not.

What comes in: an actor, an act, the study's state and a day. What goes out: a tuple of reasons, empty when allowed.
What never happens here: passwords, sessions, writing. To let a role do one more act, add it to a row of ``policy.py``.
"""
