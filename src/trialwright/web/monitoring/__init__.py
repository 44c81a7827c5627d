"""Monitoring: plan and visits by site, actions, assessed deviations, tolerance limits and central signals.

What comes in: the study's oversight state, folded participants for the numbers. What goes out: pages for those who
oversee the study; a site's people see their own site's visits, actions and deviations, and no comparison of sites.
What never happens here: a count of its own: limits and signals are those of ``trialwright.monitoring``.
"""
