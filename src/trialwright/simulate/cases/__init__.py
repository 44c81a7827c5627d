"""Generated cases: for every rule of a study, values with which it is true and values with which it is not.

What comes in: a compiled definition. What goes out: ``Evidence`` for each edit check, each condition of a question,
each limit of a number, each request for a second sample and each eligibility criterion, found by search and confirmed
by the very functions of capture that the application calls; and findings about rules that can never be true or never be
false. What never happens here: writing to a ledger, a clock, randomness from outside (the seed is the rule's own name,
so the same study gives the same cases). To cover one more kind of rule, copy ``forms.compute_question_evidence``.

The idea is that of verifying configuration as well as software (ICH E6(R3) 4.3.4(e)); the parts of a rule are held to
modified condition/decision coverage: each of them decides once as true and once as false (RTCA DO-178C, 6.4.4.2).
"""
