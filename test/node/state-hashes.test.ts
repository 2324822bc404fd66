import { crc32 } from "node:zlib";
import t from "tap";
import { slot } from "../../src/base/ids.ts";
import { FRESH_META, type SlotEffects } from "../../src/kv/state.ts";
import { StateHashes } from "../../src/node/state-hashes.ts";

const crypto = { crc32: (bytes: Uint8Array, seed = 0) => crc32(bytes, seed) };
const effects = (at: number): SlotEffects => ({ slot: slot(at), rows: [], meta: FRESH_META });

/** With the hash 42 at watermark 10, and all slots from there to `end` applied. */
function hashesTo(end: number): StateHashes {
  const hashes = new StateHashes(crypto);
  hashes.begin(slot(10), { hash: 42, keys: 5 });
  for (let at = 10; at < end; at++) hashes.add(effects(at));
  return hashes;
}

t.test("the hash at each watermark is known from the state on disk on", async (t) => {
  const hashes = hashesTo(13);
  t.equal(hashes.watermark, 13);
  t.same(hashes.at(slot(10)), { hash: 42, keys: 5 });
  t.equal(hashes.at(slot(9)), undefined);
  t.equal(hashes.at(slot(14)), undefined);
  t.equal(hashes.last, hashes.at(slot(13))?.hash);
  t.equal(new Set([10, 11, 12, 13].map((at) => hashes.at(slot(at))?.hash)).size, 4);
  t.throws(() => hashes.add(effects(14)), /I18/);
});

t.test("a state that is begun with from the disk goes on as the one before would have", async (t) => {
  const [whole, restarted] = [hashesTo(20), hashesTo(15)];
  restarted.begin(slot(15), { hash: restarted.last, keys: 0 });
  t.equal(restarted.at(slot(14)), undefined);
  for (let at = 15; at < 20; at++) restarted.add(effects(at));
  t.equal(restarted.last, whole.last);
});

t.test("the last 4,096 stay known when the state is on disk, and all while it is not", async (t) => {
  const hashes = hashesTo(5010);
  t.same(hashes.at(slot(10)), { hash: 42, keys: 5 });
  hashes.drop(slot(12));
  t.equal(hashes.at(slot(11)), undefined);
  t.not(hashes.at(slot(12)), undefined);
  hashes.drop(slot(5010));
  t.equal(hashes.at(slot(5010 - 4097)), undefined);
  t.not(hashes.at(slot(5010 - 4096)), undefined);
  t.equal(hashes.last, hashesTo(5010).last);
});
