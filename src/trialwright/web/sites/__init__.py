"""Sites: opening (approvals, delegation log, training, laboratories), activation, suspension, closing.

What comes in: what a person says of a site. What goes out: the acts ``Delegate``, ``Train``, ``ActivateSite``,
``SuspendSite`` and ``CloseSite``. What never happens here: a site that opens while something is missing; every refusal is
listed, and so is what would be refused now.
"""
