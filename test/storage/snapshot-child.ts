import { GROUP_ZERO } from "../../src/base/ids.ts";
import type { Timers } from "../../src/base/seams.ts";
import { openDataDirectory } from "../../src/storage/data-directory.ts";
import { deps, flush, sliceOf, stillTimers, write } from "../contract/storage-fixture.ts";

/**
 * A process of its own that makes a snapshot of one directory and installs it in another, and kills itself at
 * a step of the way: `snapshot-child.js SOURCE TARGET STEP`. It prints how many steps it took if it gets to
 * the end.
 */
const [source = "", target = "", last = "0"] = process.argv.slice(2);
let steps = 0;

function step(): void {
  steps++;
  if (steps === Number(last)) process.kill(process.pid, "SIGKILL");
}

const timers: Timers = {
  ...stillTimers,
  soon: (action) =>
    stillTimers.soon(() => {
      step();
      action();
    }),
};

const from = await openDataDirectory(source, { ...deps, timers });
const to = await openDataDirectory(target, { ...deps, timers });
step();
const state = from.state(GROUP_ZERO);
const { watermark: at } = state.recovered;
const snapshots = from.snapshots(GROUP_ZERO);
const made = new Promise<NonNullable<typeof snapshots.latest>>((resolve) => snapshots.write(resolve));
await flush(state, sliceOf(at, at + 1, [], state.recovered.meta.keyCount));
const manifest = await made;
step();
const receiver = to.snapshots(GROUP_ZERO).receive(manifest);
for (let index = receiver.nextMissing(0); index < manifest.chunks; index = receiver.nextMissing(index)) {
  const chunk = snapshots.readChunk(index) ?? new Uint8Array(0);
  await new Promise<void>((resolve) => receiver.add(index, chunk, resolve));
  step();
}
const built = await new Promise<number>((resolve, reject) =>
  receiver.build((result) =>
    result.kind === "built" ? resolve(result.state) : reject(new Error("damaged")),
  ),
);
step();
const { watermark, digest } = manifest;
const installed = write(to, { kind: "install", watermark, digest, state: built });
step();
await installed;
// What is left is the removal of the old state, and the received chunks becoming a snapshot.
for (let count = 0; count < 3; count++) {
  step();
  await new Promise((resolve) => setImmediate(resolve));
}
await from.close();
step();
await to.close();
process.stdout.write(`${steps}\n`);
