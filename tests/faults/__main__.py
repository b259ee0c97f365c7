"""Lists the catalogue of faults, each with the tests that prove it."""

from tests.faults.catalogue import FAULTS, OUT_OF_REACH, proofs

if __name__ == "__main__":
    found = proofs()
    for number, fault in FAULTS.items():
        print(f"{number:2} {fault}")
        print(*(f"     {test}" for test in found.get(number, ["not proven"])), sep="\n")
        if number in OUT_OF_REACH:
            print(f"     ({OUT_OF_REACH[number]})")
