"""Runs every recipe against the demo server at COUNTERSIGN_URL; one that hangs or fails ends the run."""

import subprocess
import sys
from pathlib import Path

recipes = sorted(Path(__file__).parent.glob("[0-9][0-9]_*.py"))
for recipe in recipes:
    print(f"--- {recipe.name}", flush=True)
    subprocess.run([sys.executable, str(recipe)], check=True, timeout=60)
print(f"{len(recipes)} recipes ran")
