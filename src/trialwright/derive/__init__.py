"""Frames of a snapshot become SDTM datasets, and these become ADaM datasets.

What comes in: a ``Definition`` and a ``Snapshot``. What goes out: ``Datasets``: polars frames by CDISC name, each
with one stated grain. What never happens here: an estimate, a file, a look into the ledger, a name of one study. An
item says in its definition where it goes (``sdtm``), so SDTM is a projection; only what must be derived is code.
Variables of SUPP-- stand beside their domain's own; exporting splits them off.

To add a domain made of a log form, copy ``mh.py``; to add a derived dataset, copy ``adae.py``; then name it in
``datasets.py``.
"""

from trialwright.derive.datasets import Datasets, derive_datasets

__all__ = ["Datasets", "derive_datasets"]
