"""Import of DMN 1.x models (Decision Model and Notation, OMG) of compliance level 2.

An organisation may have its tables in a DMN modeller already. This room reads such a model, says
what of it lies outside the expression language, and decides with it; and it runs the test cases
of the DMN Technology Compatibility Kit (TCK), which is how the expression language itself is held
against other people's reading of the standard.

What is read: input data, item definitions (structures, lists, allowed values), decisions with a
literal expression or a decision table, and business knowledge models with a literal expression,
which are put in place of their calls. A structure becomes one fact for each component
(``loan.principal``). Everything else (contexts, relations, functions as values, imports) is refused
with a diagnostic that names the element. The texts are of the DMN dialect of the language, which
has ``null`` (an unknown without a name) and ``**`` on top.

Reading order: `xml` (elements with their places), `items` (types), `reader` (the model), `model`
(what is read, and deciding), `testcases` (the TCK).
"""

from shouwen.measures.interchange.dmn.model import Context, DmnModel, DmnValue
from shouwen.measures.interchange.dmn.reader import read_model
from shouwen.measures.interchange.dmn.testcases import CaseResult, TestCase, read_cases, run_case

__all__ = [
    "CaseResult",
    "Context",
    "DmnModel",
    "DmnValue",
    "TestCase",
    "read_cases",
    "read_model",
    "run_case",
]
