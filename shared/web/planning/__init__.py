"""Forms by which an office is configured, a section at a time, whatever a service's plan holds."""
