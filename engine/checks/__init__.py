"""What `liangfa check` looks for, one question a module; each yields findings on a rule set."""
