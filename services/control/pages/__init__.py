"""What control, crews and the risk team see: search, the one-screen record, codes and earlier revisions."""
