import { runSeed } from "../lab/swarm-run.ts";

/** Runs seeds FIRST to LAST of this very build, a line of JSON each, and ends with the first that fails. */
const [first, last] = process.argv.slice(2).map(Number);

for (let seed = first ?? 1; seed <= (last ?? 1); seed++) {
  const { failure } = await runSeed(seed);
  console.log(JSON.stringify({ seed, failure }));
  if (failure !== undefined) break;
}
