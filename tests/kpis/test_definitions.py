"""Every switch of the definitions reads as a sentence, whatever it is set to."""

from typing import get_args

import pytest

from kpis.definitions import Definitions


@pytest.mark.parametrize("switch", Definitions.model_fields)
def test_every_choice_of_a_switch_is_a_sentence_of_its_own(switch: str) -> None:
    numbers = (0.5, 1) if switch == "gross_margin" else (1, 2)
    choices = get_args(Definitions.model_fields[switch].annotation) or numbers
    if switch == "bad_fit_reasons":
        choices = ((), ("a", "b"))
    texts = {Definitions.model_validate({switch: choice}).text(switch) for choice in choices}
    assert len(texts) == len(choices)
    assert all(text.endswith(".") for text in texts)
