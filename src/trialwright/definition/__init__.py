"""The study as frozen data: arms, encounters, activities, forms, eligibility, dosing, endpoints, analyses.

What comes in: the texts of a study folder. What goes out: a ``Definition`` (checked, rules compiled) or findings with
file and line. What never happens here: Django, other files than the study's own and the shared form library.
To add a kind of check, copy a function of ``check_references.py``; to add a form to the library, copy a file of
``library/forms/`` and give it its Chinese in ``library/zh.yaml``.
"""
