import t from "tap";
import { HALF_OPEN_MAX, HalfOpenTable, helloKey } from "../../src/transport/half-open.ts";
import { HANDSHAKE_TIMEOUT_MS } from "../../src/transport/handshake.ts";

const ADDRESS = { host: "10.0.0.1", port: 7000 };

function entry(connection: number) {
  const peer = {
    address: ADDRESS,
    connection: connection + 1_000_000,
    windowBytes: 0,
    datagramBytes: 1200,
    messageBytesMax: 1,
  };
  return { connection, peer, hello: new Uint8Array(0), reply: new Uint8Array(0), replaces: [] };
}

t.test("an entry is found both ways until it is removed or its time is up", async (t) => {
  const table = new HalfOpenTable();
  table.add(entry(1), 0);
  table.add(entry(2), 10);
  const found = table.byConnection(1);
  t.equal(table.byHello(helloKey(ADDRESS, 1_000_001)), found);
  t.equal(table.byHello(helloKey({ ...ADDRESS, port: 7001 }, 1_000_001)), undefined);
  table.expire(HANDSHAKE_TIMEOUT_MS);
  t.equal(table.byConnection(1), undefined);
  t.equal(table.byHello(helloKey(ADDRESS, 1_000_001)), undefined);
  t.equal(table.size, 1);
});

t.test("a flood pushes out its own oldest and takes no more memory", async (t) => {
  const table = new HalfOpenTable();
  for (let connection = 0; connection < 10 * HALF_OPEN_MAX; connection++) {
    t.equal(table.add(entry(connection), 0), connection >= HALF_OPEN_MAX);
  }
  t.equal(table.size, HALF_OPEN_MAX);
  t.ok(table.byConnection(10 * HALF_OPEN_MAX - 1));
});
