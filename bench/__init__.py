"""What it costs: `python -m bench` measures, prints tables and keeps the numbers as JSON."""

import atexit
import os
import shutil
import tempfile

# Prefect reads its settings when it is imported: here, before anything of ours imports it, it is
# turned away from the user's own home and server.
for _name in [name for name in os.environ if name.startswith("PREFECT_")]:
    del os.environ[_name]
_home = tempfile.mkdtemp(prefix="hancha-bench-prefect-")
atexit.register(shutil.rmtree, _home, ignore_errors=True)
os.environ.update(PREFECT_HOME=_home, PREFECT_SERVER_ANALYTICS_ENABLED="false", DO_NOT_TRACK="1")
