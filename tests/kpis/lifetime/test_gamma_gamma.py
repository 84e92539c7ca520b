"""Gamma-Gamma, held against what was published for CDNOW.

Source: Hardie's spreadsheet to http://brucehardie.com/notes/025/, as the tests of lifetimes quote
it.
"""

from dataclasses import astuple

import numpy as np
import pandas as pd
import pytest

from kpis.lifetime.gamma_gamma import GammaGamma, expected_value, fit_gamma_gamma
from kpis.lifetime.likelihood import NotFitted
from tests.kpis.lifetime.paying_customers import array

PUBLISHED = GammaGamma(p=6.25, q=3.74, v=15.44)


def test_means_too_unequal_to_have_a_mean_are_undefined_and_not_negative() -> None:
    """(200 ÷ n)² for n from 1 to 200 has a tail like q = ½: p v ÷ (q − 1) would be a negative mean
    of positive values."""
    values = pd.Series([(200 / n) ** 2 for n in range(1, 201)])
    found = fit_gamma_gamma(pd.Series([1.0] * 200), values)
    assert found == NotFitted("payments differ so much that no mean of them can be expected")


def test_expected_value_by_hand() -> None:
    """Everybody's mean: 6.25 × 15.44 ÷ (3.74 − 1) = 35.219. With x = 2 and a mean of 22.35, its own
    weighs 12.5 ÷ (12.5 + 2.74) = 0.82021: 0.17979 × 35.219 + 0.82021 × 22.35 = 24.664."""
    expected = expected_value(PUBLISHED, array(2, 0), array(22.35, np.nan))
    assert expected == pytest.approx([24.664, 35.219], abs=5e-4)


def test_cdnow_gives_the_published_parameters(cdnow_summary: pd.DataFrame) -> None:
    """To every decimal that was published."""
    values = fit_gamma_gamma(cdnow_summary["frequency"], cdnow_summary["mean_value"])
    assert isinstance(values, GammaGamma)
    assert GammaGamma(*(round(value, 2) for value in astuple(values))) == PUBLISHED


def test_cdnow_gives_the_published_expected_values(cdnow_summary: pd.DataFrame) -> None:
    values = fit_gamma_gamma(cdnow_summary["frequency"], cdnow_summary["mean_value"])
    assert isinstance(values, GammaGamma)
    ten = cdnow_summary.head(10)
    expected = expected_value(values, ten["frequency"].to_numpy(), ten["mean_value"].to_numpy())
    published = [24.65, 18.91, 35.17, 35.17, 35.17, 71.46, 18.91, 35.17, 27.28, 35.17]
    assert [round(float(value), 2) for value in expected] == published
