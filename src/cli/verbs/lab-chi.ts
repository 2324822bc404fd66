import { readFile } from "node:fs/promises";
import { SystemCrypto } from "../../io/system-crypto.ts";
import type { ChiWorld } from "../../lab/chi/chi-world.ts";
import { LabWorld } from "../../lab/chi/lab-world.ts";
import { LineError } from "../../lab/chi/line-error.ts";
import { parseScript } from "../../lab/chi/parser.ts";
import { runScript } from "../../lab/chi/runner.ts";
import type { Script } from "../../lab/chi/script.ts";
import { ScriptError } from "../../lab/chi/script-error.ts";
import { type Step, stepJson, stepText } from "../../lab/chi/step.ts";
import { ChiCluster } from "../chi-cluster.ts";
import type { Command, Run } from "../command.ts";
import { Ending } from "../ending.ts";
import type { ExitCode } from "../exit-codes.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { SEED_MAX } from "../lab-options.ts";
import { ProgramError, usageError } from "../program-error.ts";
import { formatOf, print, printJson } from "../session.ts";

/** What a terminal would obey rather than show; lines stay apart. */
const UNPRINTABLE = /[^\P{C}\n]/gu;

/** `kvlab chi`: scenarios in files. */
export const labChiCommand: Command = {
  usage: "chi <files..>",
  describe: "run scenarios: nodes that start, fail and recover, and what is asked of them",
  positionals: { files: { type: "string", array: true, describe: "scripts; - reads standard input" } },
  options: {
    real: { type: "boolean", describe: "with real processes on this host, in real time" },
    seed: { type: "string", describe: "of the simulated world; the same gives the same run [1]" },
    "keep-going": { type: "boolean", describe: "go on behind an expectation that was not met" },
  },
  examples: [
    ["$0 chi examples/*.chi", "all that come with kvd"],
    ["$0 chi examples/blackout.chi --real", "the same in real processes"],
  ],
  run: chi,
};

async function chi(run: Run): Promise<ExitCode> {
  const scripts: Script[] = [];
  // All of them before the first is run: what is misspelt shows at once.
  for (const file of run.args.texts("files")) scripts.push(parse(file, await textOf(run, file)));
  const openWorld = worldOf(run);
  const ending = new Ending(run.terminal);
  try {
    let failed = 0;
    for (const script of scripts) {
      const { file, members } = script;
      report(run, { json: { file, members }, text: `# ${file}: ${members.join(" ")}` });
      if (await ending.use(openWorld(script), (world) => isBroken(run, script, world))) failed++;
    }
    report(run, { json: { files: scripts.length, failed }, text: summary(scripts.length, failed) });
    return failed === 0 ? EXIT_CODES.done : EXIT_CODES.negative;
  } finally {
    ending.release();
  }
}

type OpenWorld = (script: Script) => Promise<ChiWorld>;

function worldOf(run: Run): OpenWorld {
  if (run.args.flag("real")) {
    if (run.args.has("seed")) throw usageError("--seed is of the simulated world: leave it out with --real");
    return ({ members }) => ChiCluster.create(members);
  }
  const seed = run.args.integer("seed", 0, SEED_MAX) ?? 1;
  return async ({ members }) =>
    new LabWorld({
      members,
      seed,
      crypto: new SystemCrypto(),
      settle: () =>
        new Promise((resolve) => {
          setImmediate(resolve);
        }),
    });
}

async function isBroken(run: Run, script: Script, world: ChiWorld): Promise<boolean> {
  const { file } = script;
  try {
    const keepsGoing = run.args.flag("keep-going");
    const onStep = (step: Step): void => reportStep(run, file, step);
    return (await runScript(script, world, { keepsGoing, onStep })) > 0;
  } catch (error) {
    if (!(error instanceof LineError)) throw error;
    const { line, message } = error;
    report(run, { json: { file, line, failure: message }, text: `${file}:${line}: ${message}` });
    return true;
  }
}

function reportStep(run: Run, file: string, step: Step): void {
  const lines = [stepText(step)];
  if (step.broken !== undefined) {
    const { expected, seen } = step.broken;
    lines.push(`${file}:${step.line.number}: expected ${expected}; seen ${seen}`);
  }
  report(run, { json: { file, ...stepJson(step) }, text: lines.join("\n") });
}

function summary(files: number, failed: number): string {
  const verdict = failed === 0 ? "as expected" : `${failed} not as expected`;
  return `${files} ${files === 1 ? "scenario" : "scenarios"}: ${verdict}`;
}

interface Reported {
  readonly json: Readonly<Record<string, unknown>>;
  readonly text: string;
}

function report(run: Run, { json, text }: Reported): void {
  if (formatOf(run, "table") === "json") printJson(run, "chi", json);
  else print(run, `${text}\n`);
}

function parse(file: string, text: string): Script {
  try {
    return parseScript(file, text);
  } catch (error) {
    if (!(error instanceof ScriptError)) throw error;
    const { problems } = error;
    const message = error.message.replace(UNPRINTABLE, "\ufffd");
    throw new ProgramError(message, {
      exitCode: EXIT_CODES.usage,
      code: "script",
      details: { file, problems },
      cause: error,
    });
  }
}

async function textOf(run: Run, file: string): Promise<string> {
  if (file === "-") return new TextDecoder().decode(await run.terminal.readInput());
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
    throw new ProgramError(`cannot read '${file}': ${code}`, {
      exitCode: EXIT_CODES.local,
      code: "file",
      cause: error,
    });
  }
}
