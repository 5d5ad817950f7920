"""What a job runs, and the files it takes and gives. Both directions."""
