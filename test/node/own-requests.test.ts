import t from "tap";
import { OwnRequests } from "../../src/node/own-requests.ts";

t.test("each request has a sequence of its own, and acknowledges those before it", async (t) => {
  let draws = 0;
  const bytes = (count: number) => {
    draws++;
    return new Uint8Array(count).fill(draws);
  };
  const own = new OwnRequests({ bytes });
  t.equal(draws, 0, "who never asks takes no chance");
  for (const sequence of [1, 2, 3]) {
    const { origin, command } = own.admitted({ kind: "compact", revision: 7 }, 1000);
    const client = new Uint8Array(16).fill(1);
    t.same(command.identity, { client, sequence, acknowledged: sequence - 1, deadlineMs: 61_000 });
    t.same(command.operation, { kind: "compact", revision: 7 });
    t.equal(origin, undefined);
  }
});
