"""The figures of understanding, on messages whose figures are known beforehand."""

from __future__ import annotations

import pytest

from bot.nlu.metrics import Read, accuracy, calibration, calibration_error, confusions, mistaken

RIGHT = Read("a", "fr", "oqtf", (("oqtf", 0.95), ("scam", 0.05)))
WRONG = Read("b", "en", "scam", (("oqtf", 0.75), ("scam", 0.25)))
NOTHING = Read("c", "en", "greet", ())


def test_accuracy_counts_the_first_or_the_first_few() -> None:
    assert accuracy([RIGHT, WRONG]) == 0.5
    assert accuracy([RIGHT, WRONG], within=2) == 1.0
    assert accuracy([]) == 0.0
    assert accuracy([NOTHING]) == 0.0


def test_one_of_several_problems_is_enough() -> None:
    assert accuracy([Read("d", "fr", "refused", (("oqtf", 0.9),), also=("oqtf",))]) == 1.0


def test_the_calibration_error_is_the_mean_distance_of_confidence_and_accuracy() -> None:
    # Two bins of one message each: |0.95 - 1| and |0.75 - 0|.
    assert calibration_error([RIGHT, WRONG]) == pytest.approx((0.05 + 0.75) / 2)
    assert calibration_error([]) == 0.0


def test_a_confidence_of_one_has_a_bin() -> None:
    (only,) = calibration([Read("e", "fr", "greet", (("greet", 1.0),))])
    assert (only.count, only.confidence, only.accuracy) == (1, 1.0, 1.0)


def test_what_is_taken_for_what() -> None:
    assert confusions([RIGHT, WRONG])["scam", "oqtf"] == 1
    assert mistaken([RIGHT, WRONG, WRONG]) == [(("scam", "oqtf"), 2)]
