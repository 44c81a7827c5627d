"""Participants: the matrix of participants and visits, and the page of one participant."""
