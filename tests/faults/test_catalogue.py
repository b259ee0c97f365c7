"""Every fault of the catalogue is named by a test, and no test names one that is not in it."""

from tests.faults.catalogue import FAULTS, OUT_OF_REACH, proofs


def test_every_fault_is_named_by_a_test() -> None:
    found = proofs()
    assert sorted(found) == list(FAULTS) == list(range(1, 51))
    assert set(OUT_OF_REACH) <= set(FAULTS)
