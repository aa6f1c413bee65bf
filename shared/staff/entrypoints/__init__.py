"""The ways in for the staff: sign-in, sessions, the own password, and the accounts of an office."""
