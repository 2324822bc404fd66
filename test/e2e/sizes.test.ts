import t from "tap";
import { KvdError } from "../../src/base/errors.ts";
import { KEY_BYTES_MAX, VALUE_BYTES_MAX } from "../../src/base/limits.ts";
import { withCluster } from "./with-cluster.ts";

const KIB = 1024;

/** Bytes that differ from place to place: a piece out of order or twice would show. */
function pattern(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let index = 0; index < length; index++) bytes[index] = (index * 31 + (index >> 8) * 17) & 0xff;
  return bytes;
}

async function refusal(request: Promise<unknown>): Promise<KvdError> {
  try {
    await request;
  } catch (thrown) {
    if (thrown instanceof KvdError) return thrown;
    throw thrown;
  }
  throw new Error("the request was not refused");
}

t.test(
  "values and keys of every size go through and come back as they were",
  { timeout: 300_000 },
  async (t) => {
    await withCluster(async (cluster, client) => {
      for (const size of [0, 1, 1_199, 1_200, 1_201, 64 * KIB, VALUE_BYTES_MAX]) {
        const value = pattern(size);
        await client.put(`size/${size}`, value);
        const { record } = await client.get(`size/${size}`);
        t.ok(record !== undefined && Buffer.from(record.value).equals(value), `a value of ${size} bytes`);
      }
      const everyByte = Uint8Array.from({ length: 256 }, (_, byte) => byte);
      for (const byte of everyByte) await client.put(Uint8Array.of(byte), Uint8Array.of(byte));
      await client.put(everyByte, "all");
      for (const byte of everyByte) {
        const { record } = await client.get(Uint8Array.of(byte));
        if (record?.value[0] !== byte) t.fail(`the key of byte ${byte}`);
      }
      t.equal(
        Buffer.from((await client.get(everyByte)).record?.value ?? []).toString(),
        "all",
        "keys of every byte",
      );
      const longest = pattern(KEY_BYTES_MAX);
      await client.put(longest, "longest");
      t.equal(
        Buffer.from((await client.get(longest)).record?.value ?? []).toString(),
        "longest",
        "the longest key",
      );

      for (const { id } of cluster.list()) await cluster.kill(id);
      for (const { id } of cluster.list()) cluster.start(id);
      await cluster.waitForLeader();
      const { record } = await client.get(`size/${VALUE_BYTES_MAX}`);
      t.ok(
        Buffer.from(record?.value ?? []).equals(pattern(VALUE_BYTES_MAX)),
        "the largest value after a restart",
      );
    });
  },
);

t.test("one byte too much is refused with the limit and its setting", { timeout: 300_000 }, async (t) => {
  await withCluster(async (_, client) => {
    const value = await refusal(client.put("k", new Uint8Array(VALUE_BYTES_MAX + 1)));
    t.match(value.failure, { code: "too_large", outcome: "not_applied", retryable: false });
    t.match(value.message, /1048577.*1048576.*value_bytes_max/);
    const key = await refusal(client.put(new Uint8Array(KEY_BYTES_MAX + 1), "v"));
    t.match(key.failure, { code: "too_large", outcome: "not_applied", retryable: false });
    t.match(key.message, /1025.*1024.*key_bytes_max/);
    t.match((await refusal(client.put("", "v"))).failure, { code: "bad_request", outcome: "not_applied" });
    t.equal((await client.get("k")).record, undefined);
  }, 1);
});
