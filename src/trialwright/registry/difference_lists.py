"""Changes of lists: names, arms, interventions, criteria, locations. Order is no change."""

from collections.abc import Callable, Iterator, Sequence

from trialwright.record.protocol import ArmGroup, Intervention, Location
from trialwright.record.sentences import split_criteria
from trialwright.registry.case import ARMS, CONTACTS, ELIGIBILITY
from trialwright.registry.difference_words import Difference, Kind, Weight, describe_rewording, match_texts

Told = Callable[[str], bool]


def compare_names(path: str, name: str, before: Sequence[str], after: Sequence[str]) -> Iterator[Difference]:
    """Names added, removed, or, where exactly one went and one came, replaced."""
    kept = {_plain(one) for one in before} & {_plain(one) for one in after}
    gone = [one for one in before if _plain(one) not in kept]
    come = [one for one in after if _plain(one) not in kept]
    if len(gone) == len(come) == 1:
        words = f"the {name} {gone[0]!r} became {come[0]!r}"
        yield Difference(path, Kind.CHANGED, Weight.MINOR, words, gone[0], come[0])
        return
    for one in gone:
        yield Difference(path, Kind.REMOVED, Weight.MINOR, f"the {name} {one!r} was removed", one)
    for one in come:
        yield Difference(path, Kind.ADDED, Weight.MINOR, f"the {name} {one!r} was added", after=one)


def _plain(text: str) -> str:
    return " ".join(text.lower().split())


def compare_arms(before: Sequence[ArmGroup], after: Sequence[ArmGroup]) -> Iterator[Difference]:
    """Arms added, removed, retitled, of another type, or described in other words."""
    pairs, gone, come = match_texts([arm.label for arm in before], [arm.label for arm in after])
    path = f"{ARMS}.armGroups"
    for at in gone:
        label = before[at].label
        yield Difference(path, Kind.REMOVED, Weight.MAJOR, f"the arm {label!r} was removed", label, is_switch=True)
    for at in come:
        label = after[at].label
        yield Difference(path, Kind.ADDED, Weight.MAJOR, f"the arm {label!r} was added", after=label, is_switch=True)
    for at, other in pairs.items():
        old, new = before[at], after[other]
        spot = f"{path}.{other}"
        if _plain(old.label) != _plain(new.label):
            words = f"the arm {old.label!r} is now called {new.label!r}"
            yield Difference(f"{spot}.label", Kind.CHANGED, Weight.MINOR, words, old.label, new.label)
        if old.type != new.type:
            words = f"the arm {new.label!r} changed its type from {old.type} to {new.type}"
            yield Difference(f"{spot}.type", Kind.CHANGED, Weight.MAJOR, words, old.type, new.type, True)
        if _plain(old.description) != _plain(new.description):
            changed = describe_rewording(old.description, new.description)
            words = f"the description of the arm {new.label!r} changed: {changed}"
            yield Difference(
                f"{spot}.description", Kind.CHANGED, Weight.MODERATE, words, old.description, new.description
            )


def compare_interventions(
    before: Sequence[Intervention], after: Sequence[Intervention], told: Told
) -> Iterator[Difference]:
    """Interventions added, removed, renamed, or described in other words."""
    pairs, gone, come = match_texts([one.name for one in before], [one.name for one in after])
    path = f"{ARMS}.interventions"
    for at in gone:
        name = before[at].name
        yield Difference(
            path, Kind.REMOVED, Weight.MAJOR, f"the intervention {name!r} was removed", name, is_switch=True
        )
    for at in come:
        name = after[at].name
        yield Difference(
            path, Kind.ADDED, Weight.MAJOR, f"the intervention {name!r} was added", after=name, is_switch=True
        )
    for at, other in pairs.items():
        old, new = before[at], after[other]
        if _plain(old.name) != _plain(new.name):
            words = f"the intervention {old.name!r} is now called {new.name!r}"
            yield Difference(f"{path}.{other}.name", Kind.CHANGED, Weight.MODERATE, words, old.name, new.name)
        described = told(f"{path}.description")
        if described and _plain(old.description) != _plain(new.description):
            changed = describe_rewording(old.description, new.description)
            words = f"the description of {new.name!r} changed: {changed}"
            spot = f"{path}.{other}.description"
            yield Difference(spot, Kind.CHANGED, Weight.MODERATE, words, old.description, new.description)


def compare_criteria(before: str, after: str) -> Iterator[Difference]:
    """Criteria added, removed, reworded or moved from one kind to the other; same sentences have the same hash."""
    old, new = split_criteria(before).criteria, split_criteria(after).criteria
    path = f"{ELIGIBILITY}.eligibilityCriteria"
    pairs, gone, come = match_texts([one.text for one in old], [one.text for one in new])
    for at in gone:
        one = old[at]
        words = f"the {one.kind.value} criterion {one.id} was removed: {one.text!r}"
        yield Difference(path, Kind.REMOVED, Weight.MAJOR, words, one.text, is_switch=True)
    for at in come:
        one = new[at]
        words = f"the {one.kind.value} criterion {one.id} was added: {one.text!r}"
        yield Difference(path, Kind.ADDED, Weight.MAJOR, words, after=one.text, is_switch=True)
    for at, other in pairs.items():
        first, second = old[at], new[other]
        if first.kind != second.kind:
            words = f"the {first.kind.value} criterion {first.text!r} became an {second.kind.value} criterion"
            yield Difference(path, Kind.CHANGED, Weight.MAJOR, words, first.kind.value, second.kind.value, True)
        if first.hash != second.hash:
            changed = describe_rewording(first.text, second.text)
            words = f"the {second.kind.value} criterion {second.id} was reworded: {changed}"
            yield Difference(path, Kind.CHANGED, Weight.MODERATE, words, first.text, second.text)


def compare_locations(before: Sequence[Location], after: Sequence[Location], told: Told) -> Iterator[Difference]:
    """Locations added or removed and sites of another status; countries only where a source tells no more."""
    path = f"{CONTACTS}.locations"
    if not told(f"{path}.facility"):
        if told(f"{path}.country"):
            countries = [tuple(dict.fromkeys(place.country for place in side)) for side in (before, after)]
            yield from compare_names(path, "country", *countries)
        return
    names = [[f"{place.facility}, {place.city}, {place.country}" for place in side] for side in (before, after)]
    pairs, gone, come = match_texts(names[0], names[1], least=1.0)
    for at in gone:
        yield Difference(path, Kind.REMOVED, Weight.MINOR, f"the location {names[0][at]!r} was removed", names[0][at])
    for at in come:
        yield Difference(path, Kind.ADDED, Weight.MINOR, f"the location {names[1][at]!r} was added", after=names[1][at])
    for at, other in pairs.items():
        old, new = before[at].status, after[other].status
        if old != new and told(f"{path}.status"):
            words = f"the site {names[1][other]!r} changed from {old or 'no status'} to {new or 'no status'}"
            yield Difference(f"{path}.{other}.status", Kind.CHANGED, Weight.MINOR, words, old, new)
