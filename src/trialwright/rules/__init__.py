"""Rules: SQL expressions, parsed, type-checked and evaluated with SQL's three-valued logic.

What comes in: the text of a rule, written in a small subset of PostgreSQL, and a ``Scope`` that says which names there
are and of which type. What goes out: a ``Rule`` with one canonical SQL text for SQLite, DuckDB and PostgreSQL, or
findings, all of them in one go; and the values of rules, for one participant (``RuleSet``, ``explain``) or for a whole
frame (``evaluate_frame``).

A rule is made of names (``item``, ``form.item``, ``encounter.form.item``, as the scope has them), numbers, quoted
codes, ``DATE '2020-01-27'``, TRUE and FALSE; AND OR NOT and parentheses; = and <> on equal types; < <= > >= and
BETWEEN on numbers and dates (two moments whose columns name a clock are compared to the minute); IN with written
values; IS NULL, IS NOT NULL; + - * / on numbers, a date minus a date in days; ABS, COALESCE, and CASE, whose values
may be NULL. Everything else is a finding. Operands of a comparison that are conditions themselves need parentheses.
Numbers reach from 1e-15 to 1e15 or are 0, and written ones have at most 15 digits; a rule whose arithmetic could
leave a double's range is a finding, so that no engine can overflow, underflow or meet NaN.

What never happens here: ``eval``; the study's meaning (the definition says which names a rule may see); a file, a
network or a clock. SQLite and DuckDB are used in memory only.

The path of a rule: ``compile`` splits the text into tokens, which ``wall`` judges, has sqlglot make a tree of them, and
sends a ``walk`` over it; ``check`` lists the nodes that are allowed, ``operands``, ``operations`` and ``conditions``
make a typed ``term`` of each. Then ``evaluate``, ``explain`` and ``frame`` use the rule. To allow one more construct,
copy ``abs_term`` in ``operations.py``, name it in ``check.py``, and add it to the forms of
``tests/rules/expressions.py``, by which the tests prove that three engines give the same answer.
"""
