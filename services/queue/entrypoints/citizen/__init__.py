"""What citizens use: tickets, appointments, the kiosk, the procedures."""
