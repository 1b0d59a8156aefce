"""The services of RAVI: one folder for each record that a service owns."""
