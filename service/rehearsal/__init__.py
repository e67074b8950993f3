"""The rehearsal: a whole campaign where only the clock and the people are simulated."""
