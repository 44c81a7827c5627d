"""Screening to allocation: the criteria as questions, consent, enrolment under signature, allocation, the screening log.

What comes in: answers to the study's own questions. What goes out: the acts ``Screen``, ``Consent``, ``RefuseConsent``,
``Enrol`` and ``Allocate``. What never happens here: a verdict of its own (``capture.screen`` gives them), a name or a
birth date before consent, and remaining places or balance before the allocation is written (principles of conduct, 10).
"""
