"""Virtual participants: they walk through the same acts as real ones, from screening to the end of follow-up.

What comes in: a definition, a seed, and ``perform`` (the service's, or an in-memory one made of capture and ledger).
What goes out: commands, and a report on every planned error: was it caught by a refusal, a query or a deviation?
What never happens here: writing in a way of its own, knowing one study. ``course.py`` is the ward, ``desk.py`` everybody
who works on what the ward has recorded, ``exercises.py`` what every rehearsal must contain of safety whatever chance
brings. To add a human error, copy a step with an ``Expectation`` from the ward or the desks.
"""
