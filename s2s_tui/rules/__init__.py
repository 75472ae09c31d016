"""Floor 1: what is right. Pure functions; no database, screen or clock."""
