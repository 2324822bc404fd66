import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { unreachable } from "../../src/base/assert.ts";
import { type Finding, findingOf } from "./finding.ts";
import type { Detector } from "./mutant.ts";

/** A run that shows nothing new for this long does not end. */
const SILENCE_MS_MAX = 120_000;

/** What one detector made of one build. */
export interface Hunt {
  readonly detector: Detector;
  /** Undefined when it noticed nothing. */
  readonly finding: Finding | undefined;
  /** How far it went: `7 seeds`, `1,204 states`. */
  readonly effort: string;
  readonly seconds: number;
}

/** Lets one detector loose on the build in `directory`. */
export async function hunt(directory: string, detector: Detector): Promise<Hunt> {
  const startMs = performance.now();
  const { finding, effort } = await (detector.kind === "swarm"
    ? huntInSwarm(directory, detector.seeds)
    : detector.kind === "explore"
      ? explore(directory, detector.scenario)
      : unreachable(detector));
  return { detector, finding, effort, seconds: (performance.now() - startMs) / 1000 };
}

async function huntInSwarm(directory: string, seeds: number): Promise<Pick<Hunt, "finding" | "effort">> {
  let ran = 0;
  let failure: string | undefined;
  const program = join(directory, "build/test/mutants/seeds.js");
  const end = await run(directory, [program, "1", String(seeds)], (line) => {
    const result = JSON.parse(line) as { readonly seed: number; readonly failure?: string };
    ran = result.seed;
    failure = result.failure;
  });
  const effort = `${ran} seed${ran === 1 ? "" : "s"}`;
  if (failure !== undefined) return { finding: findingOf(failure), effort };
  if (end !== undefined) return { finding: { kind: "crash", text: end }, effort };
  return { finding: undefined, effort };
}

/** What `kvlab explore` says of one scenario, as far as it is needed here. */
interface Explored {
  readonly states: number;
  /** Null when nothing was broken. */
  readonly violation: string | null;
}

async function explore(directory: string, scenario: string): Promise<Pick<Hunt, "finding" | "effort">> {
  let explored: Explored | undefined;
  const args = [join(directory, "bin/kvlab"), "explore", "--scenario", scenario, "--output", "json"];
  const end = await run(directory, args, (line) => {
    explored = JSON.parse(line) as Explored;
  });
  if (explored === undefined)
    return { finding: { kind: "crash", text: end ?? "it said nothing" }, effort: "" };
  const { states, violation } = explored;
  const finding = violation === null ? undefined : findingOf(`Violation: ${violation}`);
  return { finding, effort: `${states} states` };
}

/** Runs a program of the copy; how it ended, undefined when all was well. */
function run(
  directory: string,
  args: readonly string[],
  onLine: (line: string) => void,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: directory, stdio: ["ignore", "pipe", "pipe"] });
    let errors = "";
    const giveUp = (): void => {
      errors = `nothing new in ${SILENCE_MS_MAX / 1000} s`;
      child.kill("SIGKILL");
    };
    let timer = setTimeout(giveUp, SILENCE_MS_MAX);
    child.stderr.on("data", (chunk: Buffer) => {
      errors = (errors + chunk.toString()).slice(-4000);
    });
    createInterface({ input: child.stdout }).on("line", (line) => {
      clearTimeout(timer);
      timer = setTimeout(giveUp, SILENCE_MS_MAX);
      onLine(line);
    });
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      resolve(code === 0 ? undefined : `${signal ?? `exit code ${code}`}: ${errors.trim()}`);
    });
  });
}
