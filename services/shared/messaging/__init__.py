"""How an event gets from the log to the services that hear it: directly, or through Kafka."""
