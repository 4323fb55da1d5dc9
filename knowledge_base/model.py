"""What every part of the knowledge base is made of."""

from __future__ import annotations

from pydantic import BaseModel, Extra


class Model(BaseModel):
    """Part of a file of the knowledge base."""

    class Config:
        """Nothing unknown passes, nothing changes after loading."""

        extra = Extra.forbid
        frozen = True
        allow_population_by_field_name = True
