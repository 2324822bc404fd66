import { setTimeout as sleep } from "node:timers/promises";
import type { Address } from "../../src/base/seams.ts";
import type { Client } from "../../src/client/client.ts";
import { openClient } from "../../src/client/open.ts";
import { SeededRandom } from "../../src/lab/world/seeded-random.ts";
import { Ledger } from "./ledger.ts";
import type { LoadCommand, LoadEnd, LoadMessage } from "./load-report.ts";
import { Recorder } from "./recorder.ts";
import { Worker } from "./worker.ts";

/** What a process of a load is told when it is started, as JSON. */
export interface LoadSetup {
  /** Of all its keys; no other process has it. */
  readonly name: string;
  readonly seed: number;
  readonly endpoints: readonly Address[];
  readonly urls: readonly string[];
  readonly workers: number;
  readonly turnsPerSecond: number;
}

const PATIENCE_MS = 30_000;
const WATCH_MS_MAX = 60_000;

/** Counts what a watch of all the checked keys tells, and looks at the order of it. */
class Watcher {
  told = 0;
  readonly #versions = new Map<string, number>();

  async run(client: Client, prefix: string, recorder: Recorder, onStarted: () => void): Promise<void> {
    const watch = client.watch({ prefix });
    await watch.started;
    onStarted();
    let revision = 0;
    for await (const event of watch) {
      if (event.kind === "progress") continue;
      this.told += 1;
      const key = new TextDecoder().decode(event.key);
      if (event.revision < revision)
        recorder.violations.push(`a watch told revision ${event.revision} of ${key} after ${revision}`);
      revision = event.revision;
      const version = event.kind === "put" ? event.record.version : 0;
      const due = (this.#versions.get(key) ?? 0) + 1;
      if (event.kind === "put" && version !== due)
        recorder.violations.push(`a watch told version ${version} of ${key}, due was ${due}`);
      this.#versions.set(key, version);
    }
  }
}

async function runLoad(setup: LoadSetup): Promise<void> {
  const { name, endpoints, urls, workers: count } = setup;
  const client = await openClient({ endpoints, timeoutMs: PATIENCE_MS });
  const [ledger, recorder, random] = [new Ledger(), new Recorder(), new SeededRandom(setup.seed)];
  const prefix = `${name}/checked/`;
  const watcher = new Watcher();
  await new Promise<void>((resolve, reject) => {
    watcher.run(client, prefix, recorder, resolve).catch((error: unknown) => {
      recorder.violations.push(`the watch of everything ended: ${error}`);
      reject(error);
    });
  });
  const turnMs = (count * 1_000) / setup.turnsPerSecond;
  const workers = Array.from({ length: count }, (_, index) => {
    const own = { prefix: `${prefix}${index}/`, otherPrefix: `${name}/other/${index}/` };
    return new Worker(
      { ...own, endpoints, urls, turnMs },
      { client, ledger, recorder, random: random.fork() },
    );
  });
  const running = Promise.all(workers.map((worker) => worker.run()));
  // Whoever started it may be killed.
  process.once("disconnect", () => process.exit());
  tell({ kind: "started" });
  process.on("message", (command: LoadCommand) => {
    if (command === "report") tell({ kind: "report", report: recorder.take() });
    else void finish();
  });

  const finish = async (): Promise<void> => {
    for (const worker of workers) worker.stop();
    await running;
    const checked = await Promise.all(workers.map((worker) => worker.checkAll()));
    const untilMs = performance.now() + WATCH_MS_MAX;
    while (watcher.told < ledger.changes && performance.now() < untilMs) await sleep(50);
    if (ledger.doubtful === 0 && watcher.told !== ledger.changes)
      recorder.violations.push(`watches told ${watcher.told} changes, ${ledger.changes} were acknowledged`);
    const end: LoadEnd = {
      ...recorder.take(),
      keysChecked: checked.reduce((sum, keys) => sum + keys, 0) - ledger.doubtful,
      keysDoubtful: ledger.doubtful,
      changes: ledger.changes,
      changesWatched: watcher.told,
      violations: recorder.violations,
    };
    client.close();
    tell({ kind: "ended", end });
    process.disconnect();
  };
}

function tell(message: LoadMessage): void {
  process.send?.(message);
}

await runLoad(JSON.parse(process.argv[2] ?? "{}") as LoadSetup);
