"""Random lives of the programme: people act at random through the chat, faults strike, and promises must hold."""
