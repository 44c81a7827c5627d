"""Rules: SQL expressions, parsed, type-checked and evaluated with SQL's three-valued logic.

What comes in: the text of a rule, written in a small subset of PostgreSQL, and a ``Scope`` that says which names there
are and of which type. What goes out: a ``Rule`` with one canonical SQL text for SQLite, DuckDB and PostgreSQL, or
findings, all of them in one go; and the values of rules, for one participant (``RuleSet``, ``explain``) or for a whole
frame (``evaluate_frame``).

What never happens here: ``eval``; the study's meaning (the definition says which names a rule may see); a file, a
network or a clock. SQLite and DuckDB are used in memory only.

The path of a rule: ``wall`` (which tokens may appear) → ``parse`` (sqlglot makes the tree) → ``check`` (types, codes,
allowed nodes; makes the canonical text out of ``term``) → ``compile`` (puts these together) → ``evaluate``, ``explain``
or ``frame``. To allow one more construct, copy ``_check_abs`` in ``check.py``, and extend the generator of
``tests/rules/test_engines_agree.py``, which proves that three engines give the same answer.
"""
