"""Notices: who is told of what is grave, by mail and on the page; acknowledged by name, escalated, in red where it failed.

What comes in: the ledger from where the outbox last read it, the routes of the study, people's mail addresses. What goes
out: mails that name nobody, and the page. What never happens here: a mail holds anything of a participant, a delivery
becomes an entry of the ledger (an acknowledgement is one), a failure is silent.
"""
