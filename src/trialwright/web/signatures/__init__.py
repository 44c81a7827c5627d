"""Signatures: under a form, a visit, a casebook; the password each time, the meaning in print, breaks in plain sight.

What comes in: the acts of ``capture/sign.py`` and a password. What goes out: pages. What never happens here: a
decision about a signature, or a password that is kept. ``proof.py`` is how any page asks for a password again.
"""
