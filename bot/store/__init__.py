"""What is kept: one row a conversation, what came in, what goes out."""
