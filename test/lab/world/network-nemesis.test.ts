import t from "tap";
import { SystemCrypto } from "../../../src/io/system-crypto.ts";
import { Trace } from "../../../src/lab/trace.ts";
import { Host } from "../../../src/lab/world/host.ts";
import { NetworkNemesis } from "../../../src/lab/world/network-nemesis.ts";
import { Scheduler } from "../../../src/lab/world/scheduler.ts";
import { SeededRandom } from "../../../src/lab/world/seeded-random.ts";
import { CALM, SimulatedNetwork } from "../../../src/lab/world/simulated-network.ts";
import { NETWORK_FAULTS, type NetworkFault } from "../../../src/lab/world/swarm-plan.ts";

const NAMES = ["n1", "n2", "n3", "c1"];
const DISTURBED_MS = 5000;

/** Disturbs the paths between four hosts, and tells how many of the probes over all of them came at once. */
async function probe(seed: number, fault: NetworkFault): Promise<{ during: number; after: number }> {
  const scheduler = new Scheduler();
  const random = new SeededRandom(seed);
  const trace = new Trace(new SystemCrypto(), () => scheduler.nowMs);
  const network = new SimulatedNetwork({ scheduler, random, trace }, CALM);
  let received = 0;
  const sockets = NAMES.map((name, index) => {
    const host = new Host({
      name,
      scheduler,
      random,
      clockRate: 1,
      usesPromises: () => false,
      onKilled: () => undefined,
    });
    host.start(() => undefined);
    const socket = network.open({ host, local: { host: "127.0.0.1", port: 1 + index } });
    socket.onDatagram(() => received++);
    return socket;
  });
  const run = (ms: number): Promise<void> =>
    scheduler.run(
      scheduler.nowMs + ms,
      () => Promise.resolve(),
      () => false,
    );
  const count = async (): Promise<number> => {
    received = 0;
    for (const from of sockets)
      for (const to of sockets) if (from !== to) from.send(to.local, Uint8Array.of(1));
    await run(2);
    return received;
  };
  const nemesis = new NetworkNemesis({
    scheduler,
    network,
    trace,
    random,
    members: ["n1", "n2", "n3"],
    clients: ["c1"],
    leader: () => "n1",
    drawMs: () => DISTURBED_MS,
  });
  nemesis.cause(fault);
  const during = await count();
  await run(2 * DISTURBED_MS);
  return { during, after: await count() };
}

for (const fault of NETWORK_FAULTS) {
  t.test(`${fault} stops some of what is sent, and is over after its time`, async (t) => {
    const paths = NAMES.length * (NAMES.length - 1);
    let stopped = 0;
    for (let seed = 1; seed <= 20; seed++) {
      const { during, after } = await probe(seed, fault);
      t.ok(during <= paths);
      stopped += paths - during;
      t.equal(after, paths);
    }
    t.ok(stopped >= 10, `${stopped} datagrams in 20 seeds`);
  });
}
