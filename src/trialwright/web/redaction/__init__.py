"""Names that must not be there: anybody who sees an entry says so, the data manager takes the text out.

What comes in: an entry that the actor may see. What goes out: its texts, what was asked and done, the act.
What never happens here: a name in an address, in a log or in a message.
"""
