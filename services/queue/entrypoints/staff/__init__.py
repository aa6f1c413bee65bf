"""Who works for the office: signing in, sessions, accounts, roles."""
