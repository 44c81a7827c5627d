"""Laboratory results from a CSV file: columns mapped once per laboratory, every problem listed, all rows or none.

What comes in: a file of one row per participant and visit. What goes out: one ``record_form`` per row, all in one
transaction through the service, or nothing. ``table.py`` reads the file, ``mapping.py`` says what each column is,
``rows.py`` says of every row what is wrong and what would be right, ``views.py`` are the pages.
"""
