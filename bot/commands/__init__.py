"""The commands of ``declic``, a file a group."""
