"""The register as other programmes use it: the queue, the records, what crews are asked, and temporary risks."""
