"""Queries: what waits for whom, the thread of one query, and asking by hand.

What comes in: the acts of ``capture/query.py`` and the queries that ``capture/list_queries.py`` finds. What goes out:
pages. What never happens here: a decision about a query. ``bulk.py`` reads the states of many participants in a few
statements, for this folder and its neighbours. To add a filter, copy one of ``Filter`` in ``lists.py``.
"""
