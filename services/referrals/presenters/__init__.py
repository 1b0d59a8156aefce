"""What a desk is shown: lists, the page of one referral, and what a machine is told."""
