"""The reports (R-REP): one entry each, from which come the screen, the command, the CSV and the help."""
