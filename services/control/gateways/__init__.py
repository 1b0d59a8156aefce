"""Files that control is given from outside its walls, and that a service writes for itself."""
