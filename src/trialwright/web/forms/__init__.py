"""Forms: entering, correcting, drafts, each value's history; doses, adverse events and the ways out.

What comes in: a participant, an encounter ('-' in addresses for forms kept at any time), a form and its row. What goes
out: pages made from the study's definition, and acts performed by ``trial.perform``. A draft is never a record. To add
a page about a form copy ``history.py`` and its row in ``pages.py``; how one kind of item is shown stands in
``fields.py``, how it is read in ``posted.py``.
"""
