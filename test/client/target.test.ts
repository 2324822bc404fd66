import t from "tap";
import type { Address } from "../../src/base/seams.ts";
import { nodeAt } from "../../src/client/target.ts";

t.test("a node is asked for by its address, and by nothing else", async (t) => {
  const address = { host: "n1", port: 7400 };
  t.same(nodeAt(address), { kind: "node", address });
  for (const bad of [undefined, null, "127.0.0.1:7400", {}, { host: "", port: 1 }, { host: 7, port: 1 }])
    t.throws(() => nodeAt(bad as unknown as Address), /endpoint is \{ host, port \}/);
  for (const port of [undefined, 0, 65_536, 1.5, "7400"])
    t.throws(
      () => nodeAt({ host: "n1", port } as unknown as Address),
      /port is a whole number from 1 to 65535/,
    );
});
