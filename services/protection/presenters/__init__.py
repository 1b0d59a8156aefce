"""What a screen says of a notice, an audit, a premises."""
