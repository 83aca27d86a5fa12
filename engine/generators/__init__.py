"""Networks and schedules that decode tokens, one folder a family."""
