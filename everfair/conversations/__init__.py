"""Conversations (会话): what two parties write to each other, waiting for whoever is absent. Calls are the room above."""
