"""The second wall: the list of nodes that a rule may be made of, each with the function that gives it a type.

Anything that is not on the list is a finding. The walk goes on after a finding, so that all of a rule's are found in
one go; a part with a finding has no term, and the parts around it are then not judged by it.
"""

from sqlglot import exp

from trialwright.rules.conditions import (
    between_term,
    comparison_term,
    in_term,
    is_term,
    junction_term,
    not_term,
)
from trialwright.rules.operands import boolean_term, column_term, date_term, literal_term, negative_term, paren_term
from trialwright.rules.operations import abs_term, arithmetic_term, case_term, coalesce_term
from trialwright.rules.walk import Handlers

HANDLERS: Handlers = {
    exp.And: junction_term,
    exp.Or: junction_term,
    exp.Not: not_term,
    exp.EQ: comparison_term,
    exp.NEQ: comparison_term,
    exp.LT: comparison_term,
    exp.LTE: comparison_term,
    exp.GT: comparison_term,
    exp.GTE: comparison_term,
    exp.Between: between_term,
    exp.In: in_term,
    exp.Is: is_term,
    exp.Add: arithmetic_term,
    exp.Sub: arithmetic_term,
    exp.Mul: arithmetic_term,
    exp.Div: arithmetic_term,
    exp.Neg: negative_term,
    exp.Abs: abs_term,
    exp.Case: case_term,
    exp.Coalesce: coalesce_term,
    exp.Column: column_term,
    exp.Literal: literal_term,
    exp.Boolean: boolean_term,
    exp.Cast: date_term,  # DATE '2020-01-27' and nothing else
    exp.Paren: paren_term,
}
