import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { BuildCopy } from "./build-copy.ts";
import { MUTANTS } from "./catalogue.ts";
import { type Hunt, hunt } from "./hunt.ts";
import type { Detector, Mutant } from "./mutant.ts";
import { type Case, isAsItShouldBe, lineOf, tableOf } from "./report.ts";

const USAGE = `npm run mutants -- [--only NAME] [--jobs N] [--list]

Breaks kvd on purpose, one rule at a time, in a copy of the build, and lets the lab loose on each copy:
every detector that a mutant names has to notice it. The build as it is must be clean under all of them.

Exit codes: 0 all noticed, 1 not so, 2 usage.`;

interface Settings {
  readonly mutants: readonly Mutant[];
  readonly jobs: number;
  readonly isList: boolean;
}

function parseSettings(args: readonly string[]): Settings | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        only: { type: "string" },
        jobs: { type: "string", default: String(availableParallelism()) },
        list: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
    if (values.help) return USAGE;
    const mutants = MUTANTS.filter(({ name }) => values.only === undefined || name === values.only);
    if (mutants.length === 0) return `no mutant is named ${values.only}: see --list`;
    const jobs = Number(values.jobs);
    if (!Number.isSafeInteger(jobs) || jobs < 1) return "--jobs must be a whole number from 1 on";
    return { mutants, jobs, isList: values.list };
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown);
  }
}

/** The same detectors on the build as it is: each at its largest. */
function control(mutants: readonly Mutant[]): Mutant {
  const detectors = mutants.flatMap((mutant) => mutant.detectors);
  const seeds = Math.max(0, ...detectors.map((one) => (one.kind === "swarm" ? one.seeds : 0)));
  const scenarios = new Set(detectors.flatMap((one) => (one.kind === "explore" ? [one.scenario] : [])));
  const swarm: readonly Detector[] = seeds === 0 ? [] : [{ kind: "swarm", seeds }];
  return {
    name: "control",
    breaks: "nothing: every detector has to find this one clean",
    edits: [],
    detectors: [...swarm, ...[...scenarios].map((scenario) => ({ kind: "explore", scenario }) as const)],
  };
}

async function examine(mutant: Mutant): Promise<Case> {
  const copy = new BuildCopy(mutant);
  try {
    const hunts: Hunt[] = [];
    for (const detector of mutant.detectors) hunts.push(await hunt(copy.directory, detector));
    return { mutant, hunts };
  } finally {
    copy.remove();
  }
}

async function examineAll({ mutants, jobs }: Settings): Promise<readonly Case[]> {
  // The control takes longest: it comes first, and everything else beside it.
  const builds = [...(mutants.length > 1 ? [control(mutants)] : []), ...mutants];
  const waiting = [...builds];
  const cases: Case[] = [];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const done = await examine(next);
      cases.push(done);
      console.log(lineOf(done));
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
  return cases.sort((left, right) => builds.indexOf(left.mutant) - builds.indexOf(right.mutant));
}

async function main(): Promise<number> {
  const settings = parseSettings(process.argv.slice(2));
  if (typeof settings === "string") {
    (settings === USAGE ? console.log : console.error)(settings);
    return settings === USAGE ? 0 : 2;
  }
  if (settings.isList) {
    for (const { name, breaks } of settings.mutants) console.log(`${name.padEnd(36)} ${breaks}`);
    return 0;
  }
  const startMs = performance.now();
  const cases = await examineAll(settings);
  console.log(`\n${tableOf(cases)}`);
  const bad = cases.filter((one) => !isAsItShouldBe(one));
  const seconds = ((performance.now() - startMs) / 1000).toFixed(0);
  console.log(`\n${cases.length} builds in ${seconds} s; ${bad.length} not as they should be`);
  for (const { mutant } of bad) console.log(`  ${mutant.name}`);
  return bad.length === 0 ? 0 : 1;
}

process.exitCode = await main();
