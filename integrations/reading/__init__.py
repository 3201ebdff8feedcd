"""What the command line and the desk show of cases, as plain facts; neither knows the other."""
