import t from "tap";
import { Client } from "../../src/client/client.ts";
import type { WatchOptions } from "../../src/client/options.ts";
import type { KeyChange } from "../../src/client/replies.ts";
import { SystemCrypto } from "../../src/io/system-crypto.ts";
import { Host } from "../../src/lab/world/host.ts";
import { Endpoint } from "../../src/transport/endpoint.ts";
import { SmallWorld } from "./world/small-world.ts";

/** What the swarm's programs watch are prefixes. */
const WATCHED = "b";
const KEYS = ["a", WATCHED];
const KILLS = 6;
const PATIENCE_MS = 60_000;
/** So that what is kept in the lab reaches back to the beginning. */
const WRITE_PAUSE_MS = 30;

/** A program on a machine of its own that uses the cluster. */
function program(world: SmallWorld, index: number): { readonly host: Host; readonly client: Client } {
  const { scheduler, random, members, network } = world;
  const host = new Host({
    name: `c${index}`,
    scheduler,
    random: random.fork(),
    clockRate: 1,
    onKilled: () => undefined,
    usesPromises: () => true,
  });
  let client: Client | undefined;
  host.start(() => {
    const local = { host: "127.0.0.1", port: 9000 + index };
    const endpoints = members.map(({ address }) => address);
    client = new Client(
      { endpoints, timeoutMs: PATIENCE_MS },
      {
        network: network.open({ host, local }),
        openTransport: (options, deps) => new Endpoint(options, deps),
        clock: host,
        timers: host,
        random: random.fork(),
        crypto: new SystemCrypto(),
      },
    );
  });
  if (client === undefined) throw new Error("the program did not start");
  return { host, client };
}

function gather(client: Client, options: WatchOptions): KeyChange[] {
  const told: KeyChange[] = [];
  const run = async (): Promise<void> => {
    for await (const event of client.watch(options)) if (event.kind !== "progress") told.push(event);
  };
  run().catch(() => undefined);
  return told;
}

function summary({ kind, key, revision, previousRevision }: KeyChange): string {
  return `${kind} ${Buffer.from(key)} ${revision} ${previousRevision}`;
}

t.test("a watch of one key is told what its history says, though members are killed", async (t) => {
  const world = new SmallWorld(3);
  world.start();
  await world.elect();
  const [watcher, writer] = [program(world, 1), program(world, 2)];
  const told = gather(watcher.client, { key: WATCHED, from: 1 });
  let last = 0;
  let isOver = false;
  const write = async (): Promise<void> => {
    for (let count = 0; !isOver; count++) {
      const key = KEYS[count % KEYS.length] as string;
      if (count % 5 === 4) last = (await writer.client.delete(key)).revision;
      else last = (await writer.client.put(key, `${count}`)).revision;
      await writer.host.sleep(WRITE_PAUSE_MS);
    }
    last = (await writer.client.put(WATCHED, "last")).revision;
    isOver = false;
  };
  const writing = write();
  for (let kill = 0; kill < KILLS; kill++) {
    await world.run(200 + 300 * (kill % 4));
    const victim = kill % 2 === 0 ? world.members.find((member) => member.isServing) : world.member(kill % 3);
    victim?.kill();
  }
  isOver = true;
  await world.run(PATIENCE_MS, () => !isOver);
  await writing;
  await world.run(PATIENCE_MS, () => told.at(-1)?.revision === last);

  const past: KeyChange[] = [];
  const reading = (async () => {
    for await (const change of writer.client.history(WATCHED)) past.push(change);
    isOver = true;
  })();
  await world.run(PATIENCE_MS, () => isOver);
  await reading;
  t.equal(past.at(-1)?.previousRevision, 0, "nothing is forgotten yet");
  t.ok(past.length > 20, `${past.length} changes`);
  t.strictSame(told.map(summary), past.reverse().map(summary));
});
