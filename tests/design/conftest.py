"""Both studies as models, built once a worker."""

from dataclasses import replace
from functools import cache

import pytest

from tests.studies import ROOT, STUDY, load_definition
from trialwright.design import Model, ScenarioFile, build_model, compile_scenarios

SECOND = ROOT / "studies" / "nct03694327"


@cache
def load_model(second: bool = False) -> tuple[Model, ScenarioFile]:
    folder = SECOND if second else STUDY
    definition = load_definition(folder)
    file, findings = compile_scenarios(definition, (folder / "scenarios.yaml").read_text(encoding="utf-8"))
    model = build_model(definition)
    assert file is not None, [str(one) for one in findings]
    assert isinstance(model, Model), model
    return model, file


@pytest.fixture(scope="session")
def first() -> tuple[Model, ScenarioFile]:
    return load_model()


@pytest.fixture(scope="session")
def second() -> tuple[Model, ScenarioFile]:
    return load_model(True)


def narrow(model: Model, *analyses: str) -> Model:
    """The model with some of its analyses only."""
    return replace(model, asked=tuple(one for one in model.asked if one.analysis in analyses))


def pick(file: ScenarioFile, *ids: str) -> ScenarioFile:
    """The file with some of its scenarios only."""
    return file.model_copy(update={"scenarios": tuple(one for one in file.scenarios if one.id in ids)})
