"""Central monitoring: where the conduct of the study stands against its limits, and where one site is unlike the others.

What comes in: the definition, states of participants, a day. What goes out: frozen standings and signals. What never
happens here: a comparison of arms, a decision, a database. A signal is a reason to look, never a finding of fault:
forms of one person are not independent, and many things are tested. To add a measure of a limit, add its word to
``definition/quality.py`` and its count to ``tolerance.py``; to add a signal, copy a function of ``signals.py``.
"""
