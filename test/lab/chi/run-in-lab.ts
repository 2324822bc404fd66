import { SystemCrypto } from "../../../src/io/system-crypto.ts";
import { LabWorld } from "../../../src/lab/chi/lab-world.ts";
import { parseScript } from "../../../src/lab/chi/parser.ts";
import { runScript } from "../../../src/lab/chi/runner.ts";
import { type Step, stepText } from "../../../src/lab/chi/step.ts";

export interface LabRun {
  readonly steps: readonly Step[];
  /** As `kvlab chi` prints them. */
  readonly lines: readonly string[];
  readonly broken: number;
}

/** Runs a script in the simulated world of `seed`. */
export async function runInLab(text: string, seed = 1): Promise<LabRun> {
  const script = parseScript("test.chi", text);
  const settle = (): Promise<void> =>
    new Promise((resolve) => {
      setImmediate(resolve);
    });
  const world = new LabWorld({ members: script.members, seed, crypto: new SystemCrypto(), settle });
  const steps: Step[] = [];
  const broken = await runScript(script, world, {
    keepsGoing: false,
    onStep: (step) => void steps.push(step),
  });
  await world.close();
  return { steps, lines: steps.map(stepText), broken };
}
