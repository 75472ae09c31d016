"""Floor 1: what is kept. Models, transactions and migrations; decides nothing about what is allowed."""
