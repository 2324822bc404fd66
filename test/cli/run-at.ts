import type { Program } from "../../src/cli/program.ts";
import { runProgram } from "../../src/cli/program.ts";
import type { DevCluster } from "../../src/dev/cluster.ts";
import { FakeTerminal } from "./fake-terminal.ts";

/** Runs a program in this process, against a cluster; its exit status, and what it said. `timeout`: KVD_TIMEOUT. */
export async function runAt(
  cluster: Pick<DevCluster, "endpoints">,
  program: Program,
  argv: readonly string[],
  timeout?: string,
) {
  const environment = { KVD_ENDPOINTS: cluster.endpoints().join(","), KVD_TIMEOUT: timeout };
  const terminal = new FakeTerminal(environment);
  const status = await runProgram(program, argv, terminal);
  return { status, stdout: terminal.stdout, stderr: terminal.stderr };
}
