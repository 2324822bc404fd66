import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Client } from "../client/client.ts";
import { openClient } from "../client/open.ts";
import { DevCluster } from "../dev/cluster.ts";
import type { Run } from "./command.ts";
import type { ExitCode } from "./exit-codes.ts";
import { EXIT_CODES } from "./exit-codes.ts";
import { physicalLines } from "./physical-lines.ts";
import { statusTable } from "./status-table.ts";
import { surveyMembers } from "./survey.ts";

const REFRESH_MS = 1_000;
const SURVEY_MS = 2_000;
/** SIGHUP is what a terminal sends that is closed. */
const END_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** A cluster in a fresh directory that is shown live, and is gone without a trace after Ctrl-C, or with its terminal. */
export async function runDemo(run: Run, nodes: number): Promise<ExitCode> {
  const { terminal } = run;
  let status: ExitCode = EXIT_CODES.done;
  const interrupt = new Promise<"interrupted">((resolve) => {
    for (const signal of END_SIGNALS) process.on(signal, () => resolve("interrupted"));
    // Nobody looks any more; the nodes must not outlive this process all the same.
    terminal.whenOutputLost((lost) => {
      status = lost;
      resolve("interrupted");
    });
  });
  const dir = await mkdtemp(join(tmpdir(), "kvd-demo-"));
  terminal.err(`starting ${nodes} nodes in ${dir} ...\n`);
  try {
    const started = await Promise.race([DevCluster.up({ dir, nodes }), interrupt]);
    if (started === "interrupted") return status;
    terminal.out(greeting(started));
    await show(run, started, interrupt);
  } finally {
    terminal.err("\nstopping ...\n");
    await clear(dir);
  }
  return status;
}

function greeting(cluster: DevCluster): string {
  return `
export KVD_ENDPOINTS=${cluster.endpoints().join(",")}
export KVD_URL=${cluster.urls()[0]}

Put these lines into a second terminal, in this directory, and try:
  bin/kvcli put greeting hello && bin/kvcli get greeting
  bin/kvadm dev kill $(bin/kvadm leader -o value) --dir ${cluster.dir}    # then watch another node take over
  bin/kvadm dev restart n1 --dir ${cluster.dir}                # and a killed node come back

Ctrl-C ends it all and removes the data.

`;
}

async function show(run: Run, cluster: DevCluster, interrupt: Promise<unknown>): Promise<void> {
  const client = await openClient({ endpoints: cluster.addresses() });
  try {
    let isInterrupted = false;
    const ended = interrupt.then(() => {
      isInterrupted = true;
    });
    let shown = "";
    while (!isInterrupted) {
      const table = await tableOf(client);
      // On a terminal each table replaces the last one; in a file one is enough.
      if (run.terminal.isOutputTty && shown !== "") {
        const lines = physicalLines(shown, run.terminal.outputColumns());
        run.terminal.out(`\x1b[${lines}A\x1b[J`);
      }
      if (run.terminal.isOutputTty || shown === "") run.terminal.out(table);
      shown = table;
      await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, REFRESH_MS))]);
    }
  } finally {
    client.close();
  }
}

async function tableOf(client: Client): Promise<string> {
  try {
    return statusTable(await surveyMembers(client, SURVEY_MS));
  } catch (error) {
    return `no node answers: ${error instanceof Error ? error.message : String(error)}\n`;
  }
}

async function clear(dir: string): Promise<void> {
  try {
    await DevCluster.open({ dir }).down();
  } catch {
    // Interrupted before a cluster was there.
  }
  await rm(dir, { recursive: true, force: true });
}
