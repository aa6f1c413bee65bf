"""How good the forecast is: days replayed, and the same people's waits estimated by simpler rules."""
