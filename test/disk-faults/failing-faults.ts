import { execFileSync } from "node:child_process";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { REPOSITORY } from "../tidy/source-files.ts";
import { type Bench, lastLine, PATIENCE_MS } from "./bench.ts";
import type { Daemon } from "./daemon.ts";
import { Deviation, type Fault } from "./fault.ts";

const SOURCE = join(REPOSITORY, "test", "disk-faults", "failing-disk.c");
const WRITES = 20;

/** A disk that fails, or takes its time, while the node runs on it. */
export const FAILING_FAULTS: readonly Fault[] = [
  failsAs("a sync fails (EIO), follower", "sync EIO", "follower"),
  failsAs("a sync fails (EIO), leader", "sync EIO", "leader"),
  failsAs("a write fails (EIO)", "write EIO", "follower"),
  failsAs("a write finds no room (ENOSPC)", "write ENOSPC", "follower"),
  failsAs("a sync never ends", "sync 60000", "follower"),
  {
    name: "a slow disk under the leader",
    promised: "hands over; no write fails",
    run: async (bench) => {
      const disk = new FailingDisk(bench);
      const leader = await bench.leader();
      await bench.stop(leader);
      disk.start(leader);
      await bench.returns(leader);
      await bench.handOverTo(leader);
      disk.set("sync 300");
      await bench.until("another leads", async () => (await bench.status(leader))?.role === "follower");
      await bench.load.further(WRITES);
      disk.heal();
      const text = /slow_disk .*/.exec(bench.daemon(leader).text)?.[0];
      if (text === undefined) throw new Deviation("it does not say slow_disk");
      await bench.stop(leader);
      bench.start(leader);
      return `${text}; ${await bench.returns(leader)}`;
    },
  },
];

function failsAs(name: string, what: string, who: "leader" | "follower"): Fault {
  return {
    name,
    promised: "ends at once, the others go on; after it equal",
    run: async (bench) => {
      const disk = new FailingDisk(bench);
      const node = await bench.follower();
      await bench.stop(node);
      const daemon = disk.start(node);
      await bench.returns(node);
      if (who === "leader") await bench.handOverTo(node);
      disk.set(what);
      const startMs = performance.now();
      const ending = await daemon.endingWithin(PATIENCE_MS);
      const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
      if (ending?.signal !== "SIGKILL")
        throw new Deviation(`it did not end itself: ${lastLine(daemon.text)}`);
      const said = lastLine(ending.text);
      if (!/ fatal /.test(said)) throw new Deviation(`it does not say why: ${said}`);
      await bench.load.further(WRITES);
      const again = await disk.start(node).endingWithin(PATIENCE_MS);
      const isRefused = again !== undefined && / fatal |cannot be read|: /.test(lastLine(again.text));
      if (!isRefused) throw new Deviation(`with the fault still there: ${bench.daemon(node).text}`);
      disk.heal();
      bench.start(node);
      return `ended after ${seconds} s: ${said.slice(0, 90)}; ${await bench.returns(node)}`;
    },
  };
}

/** What is done to the disk of a daemon that was started with it. */
class FailingDisk {
  readonly #bench: Bench;
  readonly #library: string;
  readonly #control: string;

  constructor(bench: Bench) {
    this.#bench = bench;
    this.#library = join(bench.directory, "failing-disk.so");
    this.#control = join(bench.directory, "disk-fault");
    rmSync(this.#control, { force: true });
    if (!existsSync(this.#library))
      execFileSync("cc", ["-O1", "-shared", "-fPIC", "-o", this.#library, SOURCE, "-ldl"]);
  }

  start(name: string): Daemon {
    const { dir } = this.#bench.member(name);
    const environment = { LD_PRELOAD: this.#library, DISK_FAULT: this.#control, DISK_FAULT_DIR: dir };
    return this.#bench.start(name, { environment });
  }

  set(what: string): void {
    writeFileSync(this.#control, what);
  }

  heal(): void {
    rmSync(this.#control, { force: true });
  }
}
