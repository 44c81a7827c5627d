"""The acts of a trial, one file each: state and command in, entries or a refusal out.

What comes in: a ``Moment`` (definition, study state, actor, the server's time), the participant's state, a command.
What goes out: a tuple of ``Planned`` entries, or a ``Refusal`` with every reason. What never happens here: a database,
a clock, randomness of its own, a data frame. To add an act, copy ``enrol.py``: a frozen command and its ``decide_``
function; give it a row in ``access/policy.py`` and a line in ``acts.py``.

Intentions (enrol, allocate, prepare) are refused when they are wrong. Facts (a dose given, an event, a death) are always
recorded, and what was wrong about them is noted as a deviation beside them.
"""
