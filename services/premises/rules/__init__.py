"""Why an address means one building and not another: pure rules, no files, no clock, no database."""
