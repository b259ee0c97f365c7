"""Incubation: pairs, undertakings, sessions, findings, indicators, closing. Knows no channel and no sentence."""
