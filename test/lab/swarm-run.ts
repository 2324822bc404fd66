import { SystemCrypto } from "../../src/io/system-crypto.ts";
import { type SimulationResult, simulate } from "../../src/lab/simulation.ts";

/** How long the faults of one seed go on, in virtual ms. */
const FAULTS_FOR_MS = 8000;

const settle = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

export function runSeed(seed: number, faultsForMs = FAULTS_FOR_MS): Promise<SimulationResult> {
  return simulate({ seed, faultsForMs, crypto: new SystemCrypto(), settle });
}
