"""The base of every part of a registry record: frozen, exact, and keeping what it does not know."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Strict
from pydantic.alias_generators import to_camel

# A registry writes "5" where it means text and 5 where it means a count. Reading one as the other would
# change the record on the way back, so numbers and yes/no are never converted.
Count = Annotated[int, Strict()]
Degrees = Annotated[float, Strict()]
YesNo = Annotated[bool, Strict()]


class Part(BaseModel):
    """One part of a record, named in our words in Python and in the registry's words outside.

    A field that the record does not have keeps its empty default and is not written out again; a field that this
    version of the model does not know is kept as it came (``model_extra``).
    """

    model_config = ConfigDict(frozen=True, extra="allow", alias_generator=to_camel)
