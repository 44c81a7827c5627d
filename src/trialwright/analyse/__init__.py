"""The analysis plan carried out: datasets and the study's definition become result rows, listings and series.

What comes in: a ``Definition``, its ``Datasets`` and the ``Header`` of the report. What goes out: a ``Bundle``; every
number in it is one ``ResultRow`` with the participants behind it, and what could not be estimated is a row without a
value that says why. What never happens here: a formula (``statistics`` has them), a derivation (``derive``), a
sentence or a rounded number (``report``). The same datasets give the same rows in the same order.

A recipe of the plan is one file; to add one, copy ``proportion.py`` and name it in ``bundle.py``. To add a display that
every study has, copy ``deviations.py``. To let recipes use one more method, name it in ``compare.py``.
"""

from trialwright.analyse.bundle import compute_bundle

__all__ = ["compute_bundle"]
