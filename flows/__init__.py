"""When things happen: case flows that read like an office's timetable, and their worker."""
