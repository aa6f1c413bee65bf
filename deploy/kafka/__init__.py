"""What the broker of docker-compose.yml needs beside its image."""
