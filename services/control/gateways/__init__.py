"""What control is given from outside its walls: files that a service writes for itself."""
