"""What it costs: `python -m bench` measures, prints tables and keeps the numbers as JSON."""
