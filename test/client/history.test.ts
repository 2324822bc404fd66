import t from "tap";
import { walkHistory } from "../../src/client/history.ts";
import { text } from "../kv/test-state.ts";

/** A key that was changed at revisions 1 to 9, and deleted at the even ones; pages of two. */
async function walk(options: { readonly limit?: number; readonly before?: number }) {
  const asked: { readonly before: number }[] = [];
  const seen: number[] = [];
  const question = { key: text("a"), consistency: () => ({ level: "linearizable" }) as const };
  const walked = walkHistory(question, options, async (request) => {
    const page = request(1, 1);
    asked.push(page);
    const first = page.before === 0 ? 9 : page.before - 1;
    const count = Math.min(2, page.limit, first);
    const events = Array.from({ length: count }, (_, index) => eventAt(first - index));
    return { events, more: first > count };
  });
  for await (const change of walked) {
    t.equal(change.kind, change.revision % 2 === 0 ? "delete" : "put");
    seen.push(change.revision);
  }
  return { seen, asked };
}

function eventAt(revision: number) {
  const put = { value: text("v"), createRevision: revision, modRevision: revision, version: 1, leaseId: 0 };
  const record = revision % 2 === 0 ? undefined : put;
  return { key: text("a"), revision, record, previousRevision: revision - 1, previous: undefined };
}

t.test("the changes come newest first, page after page, down to the last", async (t) => {
  const { seen, asked } = await walk({});
  t.strictSame(seen, [9, 8, 7, 6, 5, 4, 3, 2, 1]);
  t.strictSame(
    asked.map(({ before }) => before),
    [0, 8, 6, 4, 2],
  );
});

t.test("no more are asked for than are wanted", async (t) => {
  t.strictSame((await walk({ limit: 3, before: 7 })).seen, [6, 5, 4]);
  t.strictSame((await walk({ limit: 0 })).asked, []);
  t.match(await walk({ before: -1 }).catch((error: unknown) => error), { failure: { code: "bad_request" } });
});
