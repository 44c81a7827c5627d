"""How a record was read: from which format, what was read with doubt, and what was not read."""

from dataclasses import dataclass

from trialwright.vocabulary.findings import Finding


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader has to say beside the record itself.

    Parameters
    ----------
    format : str
        Name of the reader, such as ``api_v2`` or ``page_text``.
    name : str
        Name of the file the bytes came from.
    notes : tuple of Finding
        Everything the reader took to mean something that the source does not say outright.
    unread : tuple of str
        Texts of the source that found no field, word for word.
    columns : tuple of (str, str)
        Columns of a table export that have no field in the record, as they came.
    """

    format: str = ""
    name: str = ""
    notes: tuple[Finding, ...] = ()
    unread: tuple[str, ...] = ()
    columns: tuple[tuple[str, str], ...] = ()

    def column(self, name: str) -> str:
        """The kept column ``name``, or an empty text."""
        return next((value for key, value in self.columns if key == name), "")
