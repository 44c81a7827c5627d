"""The base of every definition class: frozen, closed, and strict about names."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

ItemId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
FormId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
CodeId = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]{0,39}$")]
ItemPath = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")]


class Part(BaseModel):
    """A piece of a study definition. It cannot be changed, and it cannot hold a field that the language does not have."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
