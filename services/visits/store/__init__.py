"""Where visits keeps what was sent, the story of it, and what is held of photographs and plans."""
