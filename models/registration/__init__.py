"""Registration: people, units and their awards, invitations, consent. Knows no channel and no sentence."""
