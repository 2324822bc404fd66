import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { SeededRandom } from "../../src/lab/world/seeded-random.ts";
import { Bench } from "./bench.ts";
import { DAMAGE_FAULTS } from "./damage-faults.ts";
import { FAILING_FAULTS } from "./failing-faults.ts";
import { Deviation, type Fault } from "./fault.ts";
import { FULL_FAULTS } from "./full-faults.ts";
import { LOST_FAULTS } from "./lost-faults.ts";

const FAULTS: readonly Fault[] = [...LOST_FAULTS, ...DAMAGE_FAULTS, ...FAILING_FAULTS, ...FULL_FAULTS];

const USAGE = `npm run disk-faults -- [--seed S] [--only WORDS] [--keep] [--list]

Three real daemons under writes; one after another, each fault of storage is caused at one of them, which is
started with it, and what it does is held against what is promised. Prints a table of them. --only: the faults
whose names hold these words. The seed decides keys, members and places; timing is real.

Exit codes: 0 all as promised, 1 a deviation, 2 usage.`;

const EXIT = { clean: 0, deviation: 1, usage: 2 } as const;

interface Settings {
  readonly seed: number;
  readonly only: string;
  readonly keep: boolean;
  readonly list: boolean;
}

function parseSettings(args: readonly string[]): Settings | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        seed: { type: "string", default: String(process.pid) },
        only: { type: "string", default: "" },
        keep: { type: "boolean", default: false },
        list: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
    if (values.help) return USAGE;
    const seed = Number(values.seed);
    if (!Number.isSafeInteger(seed) || seed < 0) return "--seed must be a whole number from 0 on";
    return { seed, only: values.only, keep: values.keep, list: values.list };
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown);
  }
}

async function runAll(faults: readonly Fault[], { seed, keep }: Settings): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), "kvd-disk-faults-"));
  const random = new SeededRandom(seed);
  let deviations = 0;
  let bench = await Bench.open(join(directory, "0"), random);
  console.log(`seed ${seed}, ${faults.length} faults, three nodes in ${directory}`);
  try {
    for (const { name, promised, run } of faults) {
      const startMs = performance.now();
      let seen: string;
      let isRight = true;
      try {
        seen = await run(bench);
      } catch (error) {
        isRight = false;
        seen = error instanceof Deviation ? error.message : String((error as Error).stack ?? error);
      }
      const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
      console.log(
        `${isRight ? "ok   " : "WRONG"} ${name}\n      promised: ${promised}\n      seen:     ${seen} (${seconds} s)`,
      );
      if (isRight) continue;
      deviations++;
      await bench.close();
      bench = await Bench.open(join(directory, String(deviations)), random);
    }
  } finally {
    await bench.close();
    if (deviations === 0 && !keep) rmSync(directory, { recursive: true, force: true });
  }
  console.log(
    deviations === 0 ? "all as promised" : `${deviations} DEVIATIONS; seed ${seed}, left in ${directory}`,
  );
  return deviations === 0 ? EXIT.clean : EXIT.deviation;
}

const settings = parseSettings(process.argv.slice(2));
if (typeof settings === "string") {
  (settings === USAGE ? console.log : console.error)(settings);
  process.exitCode = settings === USAGE ? EXIT.clean : EXIT.usage;
} else {
  const faults = FAULTS.filter(({ name }) => name.includes(settings.only));
  if (settings.list) for (const { name, promised } of faults) console.log(`${name}: ${promised}`);
  else process.exitCode = await runAll(faults, settings);
}
