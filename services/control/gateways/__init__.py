"""Files that control is given from outside."""
