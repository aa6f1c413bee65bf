"""The desk: the board, an incident, the shift, search and exports."""
