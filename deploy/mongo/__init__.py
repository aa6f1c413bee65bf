"""What MongoDB needs before its first start and after it, in docker-compose.yml."""
