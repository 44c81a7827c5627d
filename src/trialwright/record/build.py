"""From a plain object in the shape of API v2 to the typed record, and back."""

from typing import Any

from pydantic import ValidationError

from trialwright.record.model import Record
from trialwright.record.reading import Reading
from trialwright.vocabulary.findings import Finding, Place

Shape = dict[str, Any]


def build_record(shape: object, reading: Reading) -> Record | list[Finding]:
    """The record in ``shape`` (an object in the shape of API v2), or every place where its shape is wrong.

    Parameters
    ----------
    shape : object
        What a JSON parser returned, or what another reader put together.
    reading : Reading
        How it was read; goes into the record.

    >>> record = build_record({"protocolSection": {"statusModule": {"overallStatus": 7}}}, Reading(name="x.json"))
    >>> print(record[0])
    x.json protocolSection.statusModule.overallStatus: error [record-shape] Input should be a valid string
    """
    if not isinstance(shape, dict):
        return [report_trouble(reading.name, "record-shape", "a study is an object with the key protocolSection")]
    if not isinstance(shape.get("protocolSection"), dict):
        return [report_trouble(reading.name, "record-shape", "there is no protocolSection", "protocolSection")]
    own = {key: value for key, value in shape.items() if key != "trialwrightReading"}
    try:
        return Record.model_validate({**own, "trialwrightReading": reading})
    except ValidationError as trouble:
        return [
            report_trouble(reading.name, "record-shape", str(error["msg"]), ".".join(str(at) for at in error["loc"]))
            for error in trouble.errors(include_url=False, include_context=False, include_input=False)
        ]


def prune(shape: Shape) -> Shape:
    """The shape without what is absent: None, empty texts and empty lists; False and 0 are answers and stay.

    >>> prune({"a": "", "b": False, "c": 0, "d": None, "e": []})
    {'b': False, 'c': 0}
    """
    return {key: value for key, value in shape.items() if value not in (None, "", [], {})}


def render_shape(record: Record, *, derived: bool = False) -> Shape:
    """The record as a plain object in the shape of API v2, with every unknown field.

    The registry's own derived section is left out unless ``derived`` asks for it: nobody may submit it.
    """
    shape = record.model_dump(mode="json", by_alias=True, exclude_unset=True)
    if not derived:
        shape.pop("derivedSection", None)
    return shape


def report_trouble(name: str, code: str, message: str, path: str = "", remedy: str = "") -> Finding:
    """A finding about the file ``name`` at a path inside the record."""
    return Finding(code, message, Place(file=name, path=path), remedy=remedy)
