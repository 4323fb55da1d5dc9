"""Rasa graph components: redaction, language, embedding, intent, entities."""
