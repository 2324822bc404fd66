import { setTimeout as sleep } from "node:timers/promises";
import { KvdError } from "../../src/base/errors.ts";
import { parseEndpoint } from "../../src/client/endpoint-text.ts";
import { openClient } from "../../src/client/open.ts";

// Holds the lock "job", and writes under its fence until that is refused. A line for each thing that happens:
// held TOKEN, wrote N, refused CODE ISHELD.

const endpoints = process.argv.slice(2).flatMap((text) => parseEndpoint(text) ?? []);
const client = await openClient({ endpoints });
const lock = await client.lock("job", { ttlMs: 4_000, value: "child" });
process.stdout.write(`held ${lock.token}\n`);
for (let count = 1; ; count++) {
  try {
    await client.put("job/state", `child ${count}`, { fence: lock.fence, timeoutMs: 20_000 });
    process.stdout.write(`wrote ${count}\n`);
  } catch (error) {
    const code = error instanceof KvdError ? error.failure.code : String(error);
    process.stdout.write(`refused ${code} ${lock.isHeld}\n`);
    break;
  }
  await sleep(20);
}
client.close();
