"""Write the table of doors anew: `python -m tests.golden`."""

from tests.test_declarations import GOLDEN, doors

GOLDEN.write_text("\n".join(doors()) + "\n", encoding="utf-8")
