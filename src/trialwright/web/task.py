"""Something that waits for a person: one number on their home page, with the way to it.

A folder of pages that knows of work offers ``home.py`` with ``list_tasks(request) -> list[Task]``; the home page asks
every folder that has one. A task with nothing to do is shown too, quietly: that nothing waits is worth knowing.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Task:
    """What waits.

    Parameters
    ----------
    text : str
        The key of its text: what is counted.
    count : int
        How many.
    href : str
        Where they are; '' for nowhere.
    tone : str
        ``bad`` for what is late, ``warn`` for what is to be done now, '' for the rest.
    """

    text: str
    count: int
    href: str = ""
    tone: str = ""
