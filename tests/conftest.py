"""What every test shares: how hard hypothesis searches."""

import os

from hypothesis import HealthCheck, settings

# No deadline anywhere: a slow machine is not a wrong program.
settings.register_profile("default", deadline=None, max_examples=40)
settings.register_profile(
    "ci",
    deadline=None,
    max_examples=40,
    derandomize=True,  # the same commit gives the same verdict
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("deep", deadline=None, max_examples=5_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.getenv("CI") else "default"))
