import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { freePorts } from "../../src/dev/ports.ts";
import { runToEnd } from "../../src/dev/programs.ts";
import type { Bench } from "./bench.ts";
import { Daemon } from "./daemon.ts";
import { Deviation, type Fault } from "./fault.ts";

const WRITES = 30;

/** Directories that are gone, in part or whole, or are not this node's present one. */
export const LOST_FAULTS: readonly Fault[] = [
  {
    name: "directory wiped",
    promised: "refuses, names kvd init",
    run: async (bench) => {
      const { name, dir, saved } = await bench.victim();
      rmSync(dir, { recursive: true });
      const seen = await bench.ends(bench.start(name), 9, /does not exist.*kvd init/);
      if (existsSync(dir)) throw new Deviation("it made something");
      return `${seen}; ${await putBack(bench, name, saved)}`;
    },
  },
  {
    name: "wiped, and kvd init again",
    promised: "peers refuse it: exit 7",
    run: async (bench) => {
      const { name, dir, saved } = await bench.victim();
      rmSync(dir, { recursive: true });
      const cluster = join(bench.directory, "nodes", "cluster.yaml");
      await runToEnd("kvd", ["init", "--cluster", cluster, "--node", name, "--data-dir", dir]);
      const seen = await bench.ends(bench.start(name), 7, /fatal .*(another disk|not on its disk)/);
      await bench.ends(bench.start(name), 7, /is retired/);
      return `${seen}; ${await putBack(bench, name, saved)}`;
    },
  },
  {
    name: "state lost",
    promised: "made again, or fetched",
    run: async (bench) => {
      const { name, dir } = await bench.victim();
      removeAll(dir, /^state-/);
      bench.start(name);
      return bench.returns(name, /state_rebuilt|state_lost/);
    },
  },
  {
    name: "state and snapshots lost",
    promised: "votes, fetches another's state",
    run: async (bench) => {
      const { name, dir } = await bench.victim();
      removeAll(dir, /^(state|snapshot)-/);
      bench.start(name);
      return bench.returns(name, /state_lost/);
    },
  },
  {
    name: "log lost",
    promised: "refuses: exit 7",
    run: async (bench) => {
      const { name, dir, saved } = await bench.victim();
      rmSync(join(dir, "log"), { recursive: true });
      const seen = await bench.ends(bench.start(name), 7, /lost its log.*put the whole directory back/);
      return `${seen}; ${await putBack(bench, name, saved)}`;
    },
  },
  {
    name: "an old copy put back",
    promised: "peers refuse it: exit 7, retired",
    run: async (bench) => {
      const { name, dir, saved: old } = await bench.victim();
      bench.start(name);
      await bench.returns(name);
      await bench.load.further(WRITES);
      await bench.kill(name);
      const right = `${dir}.right`;
      bench.copy(dir, right);
      bench.copy(old, dir);
      const seen = await bench.ends(bench.start(name), 7, /fatal .*(old copy|not on its disk)/);
      await bench.ends(bench.start(name), 7, /is retired/);
      return `${seen}; ${await putBack(bench, name, right)}`;
    },
  },
  {
    name: "a clone beside the original",
    promised: "the clone is refused: exit 7",
    run: async (bench) => {
      const { name, saved } = await bench.victim();
      bench.start(name);
      await bench.returns(name);
      const [port] = await freePorts(1);
      const clone = new Daemon({ dir: saved, endpoint: `127.0.0.1:${port}` });
      try {
        const seen = await bench.ends(clone, 7, /fatal .*(another process|old copy|not on its disk)/);
        return `${seen}; the original is ${await bench.returns(name)}`;
      } finally {
        await clone.kill();
      }
    },
  },
  {
    name: "another member's directory",
    promised: "refused by its peers: exit 7",
    run: async (bench) => {
      const other = await bench.victim();
      bench.start(other.name);
      await bench.returns(other.name);
      const { name, dir, saved } = await bench.victimNamed(bench.other(other.name));
      bench.copy(`${bench.member(other.name).dir}.saved`, dir);
      const named = bench.start(name, { extra: ["--name", name] });
      const first = await bench.ends(named, 8, /belongs to node/);
      bench.copy(`${bench.member(other.name).dir}.saved`, dir);
      const seen = await bench.ends(
        bench.start(name),
        7,
        /fatal .*(another process|old copy|not on its disk)/,
      );
      return `${first}; without --name ${seen}; ${await putBack(bench, name, saved)}`;
    },
  },
  {
    name: "another cluster's directory",
    promised: "taken in by nobody, answers no reads",
    run: async (bench) => {
      const { name, dir, saved } = await bench.victim();
      const foreign = join(bench.directory, "foreign");
      mkdirSync(foreign, { recursive: true });
      const file = join(foreign, `cluster-${bench.random.below(1_000_000)}.yaml`);
      await runToEnd("kvadm", ["cluster", "new", ...bench.memberArguments(), "--file", file]);
      rmSync(dir, { recursive: true });
      await runToEnd("kvd", ["init", "--cluster", file, "--node", name, "--data-dir", dir]);
      bench.start(name);
      let alarm: string | undefined;
      await bench.until("it says who refuses it", async () => {
        alarm = (await bench.foreignStatus(name))?.alarms.find((text) => /is a member of cluster/.test(text));
        return alarm !== undefined;
      });
      if (await bench.answersReads(name)) throw new Deviation("it answers reads");
      await bench.kill(name);
      return `alarm: ${alarm}; ${await putBack(bench, name, saved)}`;
    },
  },
];

/** The help that the message names. */
async function putBack(bench: Bench, name: string, from: string): Promise<string> {
  bench.copy(from, bench.member(name).dir);
  bench.start(name);
  return `put back: ${await bench.returns(name)}`;
}

function removeAll(dir: string, pattern: RegExp): void {
  for (const name of readdirSync(dir)) if (pattern.test(name)) rmSync(join(dir, name), { recursive: true });
}
