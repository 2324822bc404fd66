import { settledPromises } from "../../src/io/settled-promises.ts";
import { SystemCrypto } from "../../src/io/system-crypto.ts";
import { type SimulationResult, simulate } from "../../src/lab/simulation.ts";
import { FULL_RUN, type RunSize } from "../../src/lab/world/swarm-plan.ts";

export function runSeed(
  seed: number,
  size: Pick<RunSize, "faultsForMs"> & Partial<RunSize> = FULL_RUN,
): Promise<SimulationResult> {
  return simulate({ seed, ...size, crypto: new SystemCrypto(), settle: settledPromises });
}
