import { parseArgs } from "node:util";
import { type Measured, measure } from "./micro/measure.ts";
import type { MicroSuite } from "./micro/micro-case.ts";
import { SUITES } from "./micro/suites.ts";

const USAGE = `Measures the parts of kvd one by one, in this process.

  npm run bench:micro -- [--suite NAME]... [--seconds S] [--json]

  --suite NAME   ${Object.keys(SUITES).join(", ")}; all when absent
  --seconds S    sampling time of each case (default 1)
  --json         one JSON line per case
`;

function line(measured: Measured): string {
  const rate = Math.round(measured.opsPerSecond).toLocaleString("en-US").padStart(13);
  const each = measured.microsecondsPerOp.toFixed(2).padStart(10);
  return `${measured.suite.padEnd(10)}${measured.name.padEnd(44)}${rate} ops/s ${each} us ±${measured.marginPercent.toFixed(1)} %`;
}

async function runSuite(open: () => Promise<MicroSuite>, seconds: number, asJson: boolean): Promise<void> {
  const suite = await open();
  try {
    for (const target of suite.cases) {
      const measured = await measure(suite.name, target, seconds);
      process.stdout.write(`${asJson ? JSON.stringify(measured) : line(measured)}\n`);
    }
  } finally {
    await suite.close();
  }
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      suite: { type: "string", multiple: true },
      seconds: { type: "string", default: "1" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const names = values.suite ?? Object.keys(SUITES);
  const seconds = Number(values.seconds);
  const unknown = names.find((name) => !Object.hasOwn(SUITES, name));
  if (values.help || unknown !== undefined || !(seconds > 0)) {
    if (unknown !== undefined) process.stderr.write(`no suite is called ${unknown}\n`);
    process.stderr.write(USAGE);
    return values.help ? 0 : 2;
  }
  for (const name of names) {
    const open = SUITES[name];
    if (open !== undefined) await runSuite(open, seconds, values.json);
  }
  return 0;
}

process.exitCode = await main();
