"""What a person may read of what Protection holds."""
