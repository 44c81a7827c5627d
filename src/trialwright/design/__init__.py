"""Design before the trial: operating characteristics of the study's own analysis plan, by simulation on arrays.

What comes in: a ``Definition``, the scenarios of its ``scenarios.yaml``, a numpy ``SeedSequence`` and a number of trials.
What goes out: one ``Characteristic`` for each scenario, main analysis, parameter and visit (power or type I error, bias,
coverage, each with its Monte Carlo error) and one ``Stopping`` for each scenario; ``page.py`` renders them. What never
happens here: a clock, a file, a process or a thread (``cli`` has the workers), a formula of a method (``statistics`` has
them), a way of its own to recognise an event (the study's rules are evaluated, as they are).

The way: ``model.py`` takes from the definition what a simulated trial needs, ``people.py`` draws who is there and for how
long, ``values.py`` what the forms would say, ``events.py`` finds the events, ``answers.py`` analyses, ``tally.py`` counts,
``chunk.py`` puts them together for some trials,
``truths.py`` computes what they are after. Many trials are one array; their first axis is the trial.

To let one more recipe of the plan be simulated, copy ``answer_proportion`` in ``answers.py`` and name it in ``RECIPES``.
"""

from trialwright.design.chunk import Chunk, compute_chunk, list_chunks
from trialwright.design.model import Model, build_model
from trialwright.design.scenario import Scenario, ScenarioFile, compile_scenarios
from trialwright.design.tally import Characteristic, Stopping, compute_characteristics, compute_stopping
from trialwright.design.truths import compute_all_truths, compute_truths, list_truth_pieces

__all__ = [
    "Characteristic",
    "Chunk",
    "Model",
    "Scenario",
    "ScenarioFile",
    "Stopping",
    "build_model",
    "compile_scenarios",
    "compute_all_truths",
    "compute_characteristics",
    "compute_chunk",
    "compute_stopping",
    "compute_truths",
    "list_chunks",
    "list_truth_pieces",
]
