"""Whether a form applies to a participant, as its page and the lists of forms say it."""

from dataclasses import dataclass

from trialwright.capture.applies import Applying, find_words
from trialwright.definition.compiled import Definition


@dataclass(frozen=True, slots=True)
class Standing:
    """``state`` is the key of a text: '' where the form simply applies; ``words`` is to whom it applies."""

    state: str = ""
    words: str = ""

    @property
    def is_asked(self) -> bool:
        """Whether somebody is to be asked for the form."""
        return not self.state


def describe_standing(
    definition: Definition, applying: Applying, place: tuple[str, str], language: str, *, is_recorded: bool
) -> Standing:
    """How the form at an encounter ('' for one of any time) stands; one on record that does not apply is contrary."""
    if place in applying.not_applicable:
        state = "contrary" if is_recorded else "not_applicable"
    elif place in applying.undecided and not is_recorded:
        state = "undecided"
    else:
        return Standing()
    return Standing(state, find_words(definition, place[1], language))
