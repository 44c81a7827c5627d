"""Time points found in the text of a time frame, with everything that was not understood beside them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache


class Role(StrEnum):
    """What a time point is in its text: a point, an end ("up to 6 months"), one end of a range, or an average."""

    AT = "AT"
    UP_TO = "UP_TO"
    FROM = "FROM"
    TO = "TO"
    EVERY = "EVERY"
    ABOUT = "ABOUT"


class Unit(StrEnum):
    """The unit of a time point. BASELINE has number 0."""

    BASELINE = "BASELINE"
    MINUTE = "MINUTE"
    HOUR = "HOUR"
    DAY = "DAY"
    WEEK = "WEEK"
    MONTH = "MONTH"
    YEAR = "YEAR"


@dataclass(frozen=True, slots=True)
class TimePoint:
    """One time point.

    Parameters
    ----------
    unit : Unit
        As the text says it.
    number : float
        In that unit; 0 for baseline.
    day : int
        Whole days after day 0, rounded down: week = 7 days, month = 30.4375, year = 365.25.
    role : Role
        How the text uses it.
    text : str
        The words it was read from.
    start, end : int
        Where they stand.
    assumed : tuple of str
        What had to be taken for granted to get a day; empty for "Day 3".
    ambiguous : str
        How it could be read otherwise; empty when it cannot.
    """

    unit: Unit
    number: float
    day: int
    role: Role
    text: str
    start: int
    end: int
    assumed: tuple[str, ...] = ()
    ambiguous: str = ""


@dataclass(frozen=True, slots=True)
class TimeFrame:
    """All time points of a text, in its order, and the pieces that are none."""

    points: tuple[TimePoint, ...]
    unread: tuple[str, ...]

    @property
    def days(self) -> tuple[int, ...]:
        """Days to measure at, in order, each once: points and ends, not averages or intervals."""
        return tuple(sorted({point.day for point in self.points if point.role not in (Role.ABOUT, Role.EVERY)}))


DAYS = {
    Unit.MINUTE: 1 / 1440,
    Unit.HOUR: 1 / 24,
    Unit.DAY: 1.0,
    Unit.WEEK: 7.0,
    Unit.MONTH: 30.4375,
    Unit.YEAR: 365.25,
}
_WORDS = {
    word: number
    for number, word in enumerate(
        ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
    )
}
# "min" stands before "m", for the first that fits is taken.
_STARTS = {
    "min": Unit.MINUTE,
    "h": Unit.HOUR,
    "d": Unit.DAY,
    "w": Unit.WEEK,
    "m": Unit.MONTH,
    "y": Unit.YEAR,
}
_TOKEN = re.compile(
    r"""(?P<baseline>\b(?:pre-?(?:dose|treatment|infusion)\s+)?baseline(?:\s+visit)?\b|\bbefore\s+treatment\b)
    |(?P<unit>\b(?:study\s+)?(?:minute|hour|day|week|month|year|min|hr|wk|mo|yr)s?(?![a-z]))
    |(?P<short>\b[DWM](?=[ -]?\d))
    |(?P<number>(?<![\d.])(?:(?<!\d)(?<!\d\ )[−-])?\d{1,6}(?:\.\d{1,6})?(?!\d)
        |\b(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b)
    |(?P<ordinal>(?:st|nd|rd|th)\b)
    |(?P<upto>\b(?:up\s+to|until|till|within|through(?:out)?|maximum(?:\s+of)?|max|at\s+least)\b)
    |(?P<about>\b(?:(?:on|an?)?\s*average(?:\s+of)?|approximately|about|median(?:\s+of)?)\b)
    |(?P<every>\b(?:every|each|per|once\s+an?)\b)
    |(?P<from>\b(?:from|between)\b)
    |(?P<to>\bto\b|–|—|(?<=\d)\s?-\s?(?=\d))
    |(?P<join>[,;/&]|\band\b|\bor\b|\bplus\b|\+)
    |(?P<filler>\b(?:at|on|of|the|visit|visits|time|points?|in|for|a|an|assessed|measured)\b|[().:])
    |(?P<space>\s+)
    |(?P<other>[^\W\d_]+(?:['’-][^\W\d_]+)*|.)""",
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(slots=True)
class _Token:
    kind: str
    text: str
    start: int
    end: int
    unit: Unit | None = None
    placed: str = ""
    used: bool = False


# The outcomes of a study share their time frames, and so do those of a portfolio.
@lru_cache(maxsize=4096)
def find_time_points(text: str) -> TimeFrame:
    """The time points of a time frame; what is none of them is in ``unread``, word for word.

    >>> find_time_points("At Baseline , Day 3, week 2 and up to 6 months").days
    (0, 3, 14, 182)
    >>> find_time_points("Half annually for three years").unread
    ('Half annually',)
    """
    tokens = list(_tokenise(text))
    _give_units(tokens)
    points = tuple(_make_points(tokens, text))
    return TimeFrame(points, tuple(_list_unread(tokens, text)))


def _tokenise(text: str) -> Iterator[_Token]:
    for match in _TOKEN.finditer(text):
        kind = str(match.lastgroup)
        word = match.group()
        if kind == "space":
            continue
        token = _Token("unit" if kind == "short" else kind, word, match.start(), match.end())
        if token.kind == "unit":
            token.unit = _read_unit(word)
        yield token


def _read_unit(word: str) -> Unit:
    plain = word.lower().removeprefix("study").strip()
    return next((unit for start, unit in _STARTS.items() if plain.startswith(start)))


def _give_units(tokens: list[_Token]) -> None:
    """Give each number its unit: the unit before it, the one after it, or that of its neighbours in the same list."""
    numbers = [at for at, token in enumerate(tokens) if token.kind == "number"]
    for at in numbers:
        before, after = _near(tokens, at, -1), _near(tokens, at, 1)
        follows = after is not None and tokens[after].kind == "unit" and not _begins_number(tokens, after)
        if before is not None and tokens[before].kind == "unit" and not tokens[before].used:
            _bind(tokens, at, before, "before")
        elif follows and after is not None:
            _bind(tokens, at, after, "after")
    for at in numbers:
        if tokens[at].unit is None:
            _borrow(tokens, at)


def _near(tokens: list[_Token], at: int, step: int) -> int | None:
    """The neighbour of a token, over a hyphen ("28-day") or an ordinal ending ("6th month")."""
    spot = at + step
    while 0 <= spot < len(tokens) and (tokens[spot].text in "-‑" or tokens[spot].kind == "ordinal"):
        spot += step
    return spot if 0 <= spot < len(tokens) else None


def _begins_number(tokens: list[_Token], unit: int) -> bool:
    """Whether a unit belongs to the number after it ("Day 3 Day 6"), not to the one before it."""
    after = _near(tokens, unit, 1)
    return after is not None and tokens[after].kind == "number"


def _bind(tokens: list[_Token], number: int, unit: int, placed: str) -> None:
    tokens[number].unit, tokens[number].placed = tokens[unit].unit, placed
    tokens[unit].used = True


def _borrow(tokens: list[_Token], at: int) -> None:
    """A number in a list ("1, 2, 4, 6 weeks", "Days 0, 7 and 14") takes the unit that the list begins or ends with."""
    for step, placed in ((-1, "before"), (1, "after")):
        spot = at + step
        while 0 <= spot < len(tokens) and tokens[spot].kind in ("join", "to", "number", "ordinal"):
            if tokens[spot].kind == "number" and tokens[spot].placed == placed:
                tokens[at].unit, tokens[at].placed = tokens[spot].unit, placed
                return
            spot += step


def _make_points(tokens: list[_Token], text: str) -> Iterator[TimePoint]:
    for at, token in enumerate(tokens):
        if token.kind == "baseline":
            token.used = True
            yield TimePoint(
                Unit.BASELINE, 0, 0, _role(tokens, at), token.text, token.start, token.end, ("baseline is day 0",)
            )
        elif token.kind == "number" and token.unit is not None:
            token.used = True
            yield _make_point(tokens, at, text)


def _make_point(tokens: list[_Token], at: int, text: str) -> TimePoint:
    token = tokens[at]
    assert token.unit is not None
    number, ambiguous = _read_number(tokens, at, text)
    assumed = []
    if token.placed == "after":
        assumed.append("a length of time is read as the day it ends, counted from day 0")
    if token.unit in (Unit.MONTH, Unit.YEAR):
        assumed.append(f"a {token.unit.value.lower()} is {DAYS[token.unit]} days")
    if token.unit in (Unit.MINUTE, Unit.HOUR):
        assumed.append("a time of day falls on the day it begins")
    start, end = _spread(tokens, at)
    day = int(number * DAYS[token.unit] // 1)
    return TimePoint(token.unit, number, day, _role(tokens, at), text[start:end], start, end, tuple(assumed), ambiguous)


def _read_number(tokens: list[_Token], at: int, text: str) -> tuple[float, str]:
    """The number, and what its minus sign could mean: "Day -1" is before day 0, "Day-1" may be day 1."""
    raw = tokens[at].text
    if raw.lower() in _WORDS:
        return float(_WORDS[raw.lower()]), ""
    if raw[0] not in "-−":
        return float(raw), ""
    value = float(raw[1:])
    touches = tokens[at].start > 0 and text[tokens[at].start - 1].isalpha()
    return (-value, f"the hyphen of {raw!r} may be a minus sign or a dash") if touches else (-value, "")


def _spread(tokens: list[_Token], at: int) -> tuple[int, int]:
    """The place of a number with the unit next to it."""
    start, end = tokens[at].start, tokens[at].end
    for step in (-1, 1):
        near = _near(tokens, at, step)
        if near is not None and tokens[near].kind == "unit" and tokens[near].used:
            side = "before" if step < 0 else "after"
            if tokens[at].placed == side:
                start, end = min(start, tokens[near].start), max(end, tokens[near].end)
    return start, end


def _role(tokens: list[_Token], at: int) -> Role:
    """The word before a point (over its own unit and the numbers of its list) decides its role."""
    after = next((token.kind for token in tokens[at + 1 : at + 3] if token.kind not in ("unit", "ordinal")), "")
    for token in reversed(tokens[:at]):
        if token.kind == "upto":
            token.used = True
            return Role.UP_TO
        if token.kind in ("about", "every", "to", "from"):
            token.used = True
            return {"about": Role.ABOUT, "every": Role.EVERY, "to": Role.TO, "from": Role.FROM}[token.kind]
        if token.kind in ("unit", "filler", "ordinal") or token.text in "-‑":
            continue
        break
    return Role.FROM if after == "to" else Role.AT


def _list_unread(tokens: list[_Token], text: str) -> Iterator[str]:
    """Stretches of words that became no time point; a stretch of nothing but small words and signs is left out."""
    run: list[_Token] = []
    for token in [*tokens, _Token("baseline", "", len(text), len(text), used=True)]:
        if not token.used and token.kind in ("other", "unit", "number", "every", "about", "upto", "filler", "from"):
            run.append(token)
            continue
        if token.kind in ("join", "to", "ordinal") and run and token.text not in ",;":
            run.append(token)
            continue
        telling = [part for part in run if part.kind not in ("filler", "join", "to", "ordinal")]
        if any(character.isalnum() for part in telling for character in part.text):
            while run[-1].kind in ("filler", "join", "to"):
                run.pop()
            while run[0].kind in ("filler", "join", "to"):
                run.pop(0)
            yield text[run[0].start : run[-1].end]
        run = []
