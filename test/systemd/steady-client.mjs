// A client that retries, as a service's would: changes one counter after the other until it is told to stop by SIGTERM,
// then says how many changes, how many failures, and the longest wait. Every change must be there exactly once.
import { openClient } from "/usr/lib/kvd/build/src/client/open.js";

const endpoints = process.env.KVD_ENDPOINTS.split(",").map((text) => {
  const [host, port] = text.split(":");
  return { host, port: Number(port) };
});
const client = await openClient({ endpoints, timeoutMs: 30_000 });
const key = `steady/${process.pid}`;
let isStopped = false;
process.on("SIGTERM", () => {
  isStopped = true;
});
let changes = 0;
let failures = 0;
let longestMs = 0;
while (!isStopped) {
  const startMs = performance.now();
  try {
    await client.modify(key, { op: "incr" });
    changes++;
  } catch (error) {
    failures++;
    console.log(`failed: ${error.message}`);
  }
  longestMs = Math.max(longestMs, performance.now() - startMs);
  await new Promise((resolve) => setTimeout(resolve, 10));
}
const stored = Number(new TextDecoder().decode((await client.get(key)).record?.value));
console.log(
  `${changes} changes, ${failures} failures, longest ${Math.round(longestMs)} ms, stored ${stored}`,
);
await client.close();
process.exitCode = failures === 0 && changes > 0 && stored === changes ? 0 : 1;
