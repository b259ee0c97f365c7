"""How fast it is: `python -m benchmarks`; every figure stands beside a peer measured in the same run."""

from __future__ import annotations

from benchmarks import matching, names


def main() -> None:
    """Print matching and roster look-up, each beside rapidfuzz."""
    print("Matching needs with offers")
    matching.main([10_000, 100_000])
    print("\nTyped unit names against a roster")
    names.main()


if __name__ == "__main__":
    main()
