"""The product: lots, their release, stock and balances, who was given what, and the log of accountability.

What comes in: the study's state with its lots (``ledger/product.py``), the acts of ``capture/product.py``. What goes
out: pages and a CSV file. What never happens here: a balance is typed, a container comes from nowhere. Doses are
prepared and recorded on the participant's own pages (``web/forms/doses.py``).
"""
