"""The channels: from the wire to a turn, and from a turn to the wire."""
