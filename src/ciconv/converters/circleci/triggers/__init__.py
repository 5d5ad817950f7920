"""What starts a workflow: filters of jobs, schedules, conditions of the pipeline."""
