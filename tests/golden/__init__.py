"""What was agreed once, written down; tests hold the code against it."""
