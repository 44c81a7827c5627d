"""The room as a library: every named method exists, importing it is cheap, every public function is documented."""

import importlib
import inspect
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest

from trialwright import statistics
from trialwright.vocabulary.methods import Method

MODULES = [module.name for module in pkgutil.iter_modules(statistics.__path__)]


@pytest.mark.parametrize("method", Method)
def test_every_named_method_is_a_function_of_the_room(method):
    file, function = method.value.split(".")
    assert callable(getattr(importlib.import_module(f"trialwright.statistics.{file}"), function))


def test_importing_the_room_compiles_nothing():
    code = "import sys, trialwright.statistics; print([m for m in ('numba', 'pandas', 'polars') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


@pytest.mark.parametrize("name", MODULES)
def test_every_public_function_says_what_comes_back(name):
    module = importlib.import_module(f"trialwright.statistics.{name}")
    assert module.__doc__
    for word, thing in vars(module).items():
        if inspect.isfunction(thing) and thing.__module__ == module.__name__ and not word.startswith("_"):
            assert thing.__doc__, word


PAGES = Path(__file__).parents[2] / "docs" / "explanation" / "statistics"
HELPERS = {
    "arrays",
    "linear_model",
    "counts_batch",
    "aalen_johansen_batch",
    "gray_batch",
    "square_and_add",
    "hodges_lehmann_batch",
    "log_rank_batch",
    "maximum_likelihood",
    "mmrm_batch",
    "mmrm_batch_algebra",
    "mmrm_batch_inference",
    "mmrm_batch_likelihood",
    "mmrm_batch_newton",
    "mmrm_batch_room",
    "mmrm_batch_search",
    "mmrm_batch_sums",
    "mmrm_covariance",
    "mmrm_inference",
    "mmrm_reml",
    "mmrm_search",
    "mmrm_visits",
    "newton",
    "outcomes",
    "permutation",
    "permutation_test",
    "risk_difference_batch",
    "score_2x2",
    "subdistribution",
    "survival_data",
    "threads",
    "unconditional",
}


@pytest.mark.parametrize("name", sorted(set(MODULES) - HELPERS))
def test_every_method_has_a_page_that_names_its_functions(name):
    text = (PAGES / f"{name}.md").read_text(encoding="utf-8")
    assert f"]({name}.md)" in (PAGES / "README.md").read_text(encoding="utf-8")
    for word in re.findall(
        r"`(?:[a-z_0-9]+\.)?((?:compute|estimate|compare|adjust|find|describe|fit|pool)_?[a-z_]*)`", text
    ):
        modules = [importlib.import_module(f"trialwright.statistics.{module}") for module in MODULES]
        assert any(hasattr(module, word) for module in modules), word


def test_the_front_page_leads_to_every_file_and_to_functions_that_exist():
    named = re.findall(r"``(\w+)(?:\.(\w+))?``", statistics.__doc__)
    files = {name for name in statistics.__all__ if name.islower()}
    assert files <= {file for file, _ in named}
    for file, function in named:
        if function and file in files and function != "py":
            assert callable(getattr(importlib.import_module(f"trialwright.statistics.{file}"), function)), function
