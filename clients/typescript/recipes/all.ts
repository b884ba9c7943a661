// Runs every recipe against the demo server at COUNTERSIGN_URL; one that hangs or fails ends the run.

import { readdir } from "node:fs/promises";

const recipes = (await readdir(new URL(".", import.meta.url))).filter((name) => /^\d\d-.*\.ts$/.test(name)).sort();
for (const recipe of recipes) {
  console.log(`--- ${recipe}`);
  const late = setTimeout(() => {
    console.error(`${recipe} did not end within 30 s`);
    process.exit(1);
  }, 30_000);
  await import(`./${recipe}`);
  clearTimeout(late);
}
console.log(`${recipes.length} recipes ran`);
