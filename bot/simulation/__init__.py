"""A year of the programme lived by made-up people, through the real engine and a channel of their own."""
