"""What owners see, do and register for."""
