"""Arrays as methods want them: floats without missing values, and what was left out said in words."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

LARGEST = 1e150
"""What is greater in size has a square that no float holds."""


def check_level(level: float) -> None:
    """Raise ValueError unless ``level`` is a confidence level strictly between 0 and 1."""
    if not 0.0 < level < 1.0:
        raise ValueError(f"a confidence level lies between 0 and 1, not {level!r}")


def as_floats(values: ArrayLike) -> FloatArray:
    """``values`` as a flat float array; None becomes NaN."""
    return np.atleast_1d(np.asarray(values, dtype=np.float64)).ravel()


def as_columns(block: ArrayLike | None, rows: int) -> FloatArray:
    """``block`` as columns, shape (rows, k): one column from a flat array, none from None or from no rows."""
    if block is None:
        return np.zeros((rows, 0))
    array = np.asarray(block, dtype=np.float64)
    return array.reshape(rows, -1) if rows and array.size else np.zeros((rows, int(array.ndim != 2) or array.shape[1]))


def drop_missing(values: ArrayLike, what: str = "value") -> tuple[FloatArray, tuple[str, ...]]:
    """The values without NaN, and a warning when some were left out.

    >>> drop_missing([1.0, None, 3.0])
    (array([1., 3.]), ('1 missing value left out',))
    """
    array = as_floats(values)
    keep = ~np.isnan(array)
    return array[keep], say_missing(int((~keep).sum()), what)


def drop_incomplete(*columns: ArrayLike) -> tuple[tuple[FloatArray, ...], tuple[str, ...]]:
    """The columns without the rows in which any of them is NaN, and a warning when rows were left out.

    Raises
    ------
    ValueError
        When the columns differ in length.
    """
    arrays = [as_floats(column) for column in columns]
    if len({array.size for array in arrays}) > 1:
        raise ValueError(f"columns differ in length: {[array.size for array in arrays]}")
    keep = ~np.any([np.isnan(array) for array in arrays], axis=0)
    return tuple(array[keep] for array in arrays), say_missing(int((~keep).sum()), "row")


def say_missing(count: int, what: str) -> tuple[str, ...]:
    """The warning for ``count`` missing things; empty when there are none."""
    if count == 0:
        return ()
    return (f"{count} missing {what}{'' if count == 1 else 's'} left out",)


def has_infinite(*arrays: FloatArray) -> bool:
    """Whether any value is infinite, or so large that its square is."""
    return any(bool((np.abs(array) > LARGEST).any()) for array in arrays)


def find_scale(*arrays: FloatArray) -> int | None:
    """The least power of ten that makes all finite values whole, up to a million; None where none does.

    Decimals added or subtracted as whole numbers lose no digit: 3.35 - 10.1 is -6.75 then, and rounds as it should.

    >>> find_scale(np.array([3.35, 10.1])), find_scale(np.array([1 / 3]))
    (100, None)
    """
    values = np.concatenate([array[np.isfinite(array)] for array in arrays])
    for scale in (1, 10, 100, 1_000, 10_000, 100_000, 1_000_000):
        whole = np.rint(values * scale)
        if float(np.abs(whole).sum()) >= 2**53:
            return None
        if (whole / scale == values).all():
            return scale
    return None
