"""`python -m bench [--only NAME] [--quick]`; see `bench.command`.

Prefect reads its settings when it is imported: before that, it is turned away from the user's
own home and server.
"""

import os
import runpy
import tempfile

for name in [name for name in os.environ if name.startswith("PREFECT_")]:
    del os.environ[name]
with tempfile.TemporaryDirectory(prefix="hancha-bench-prefect-") as home:
    os.environ.update(PREFECT_HOME=home, PREFECT_SERVER_ANALYTICS_ENABLED="false", DO_NOT_TRACK="1")
    runpy.run_module("bench.command", run_name="__main__", alter_sys=True)
