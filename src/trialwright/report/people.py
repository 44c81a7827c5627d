"""Who is behind which number, packed small: each set of participants once, as runs of their places."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class People:
    """The participants in order, and the sets and values that cells have asked for so far.

    The dictionaries fill while a report is written; everything else is fixed.
    """

    arms: Mapping[str, str]
    places: Mapping[str, int]
    sets: dict[tuple[str, ...], int] = field(default_factory=dict)
    values: dict[str, int] = field(default_factory=dict)
    methods: dict[str, int] = field(default_factory=dict)

    def place(self, subject: str) -> int:
        """The participant's place in the order."""
        return self.places[subject]

    def name_set(self, subjects: tuple[str, ...]) -> int:
        """The number of a set of participants, the same for the same set."""
        return self.sets.setdefault(subjects, len(self.sets))

    def name_values(self, parameter: str, visit: str) -> str:
        """The attribute that points at single values of a parameter at a visit; empty where no visit is meant."""
        if not parameter or not visit:
            return ""
        return f' data-v="{self.values.setdefault(f"{parameter}|{visit}", len(self.values))}"'

    def name_method(self, method: str) -> str:
        """The attribute that points at the method of a number; empty where it was counted."""
        return f' data-m="{self.methods.setdefault(method, len(self.methods))}"' if method else ""

    def render_data(self, values: Sequence[tuple[str, tuple[tuple[str, str], ...]]]) -> dict[str, object]:
        """What the script needs, as plain data."""
        titles = list(dict.fromkeys(self.arms.values()))
        single = {
            str(self.values[key]): {
                str(self.places[subject]): text for subject, text in pairs if subject in self.places
            }
            for key, pairs in values
            if key in self.values
        }
        return {
            "arms": titles,
            "people": [[subject, titles.index(self.arms[subject])] for subject in self.places],
            "sets": [
                render_runs(sorted(self.places[one] for one in subjects if one in self.places))
                for subjects in self.sets
            ],
            "values": single,
            "methods": list(self.methods),
        }


def fold_people(arms: Mapping[str, str]) -> People:
    """The participants by arm and code: an arm is then one run of places."""
    order = sorted(arms, key=lambda subject: (arms[subject], subject))
    return People(
        {subject: arms[subject] for subject in order}, {subject: index for index, subject in enumerate(order)}
    )


def render_runs(places: Sequence[int]) -> str:
    """Ascending numbers as runs.

    >>> render_runs([0, 1, 2, 5, 7, 8])
    '0-2,5,7-8'
    """
    if not places:
        return ""
    breaks = [index for index, (one, other) in enumerate(pairwise(places), 1) if other != one + 1]
    runs = [places[start:end] for start, end in zip([0, *breaks], [*breaks, len(places)], strict=True)]
    return ",".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)
