import t from "tap";
import type { Credentials } from "../../src/gateway/access.ts";
import { Authenticator, tokenOverPlain } from "../../src/gateway/authenticator.ts";
import { formatToken, newToken, verifierOf } from "../../src/io/principal-token.ts";
import type { Principal } from "../../src/kv/principal.ts";

const NO_PREFIX = new Uint8Array(0);

/** A node's table, and the clock and timers of its process. */
function bench() {
  const stored = new Map<string, Principal>();
  const world = { timeMs: 1000, ageMs: 0 as number | undefined, confirmed: 0, reachable: true };
  let sweep = (): void => undefined;
  const authenticator = new Authenticator({
    table: () => ({ get: (id) => stored.get(id), timeMs: world.timeMs, ageMs: world.ageMs }),
    confirm: async () => {
      world.confirmed++;
      if (!world.reachable) throw new Error("nobody answers");
      world.ageMs = 0;
    },
    timers: {
      after: () => ({ cancel: () => undefined }),
      every: (_ms, action) => {
        sweep = action;
        return { cancel: () => undefined };
      },
      soon: (action) => action(),
    },
  });
  const enter = (id: string): string => {
    const token = newToken(id);
    const verifier = verifierOf(token);
    const before = stored.get(id);
    const former = before && { verifier: before.verifier, untilMs: world.timeMs + 500 };
    stored.set(id, { role: "read-write", prefix: NO_PREFIX, verifier, former });
    return formatToken(token);
  };
  const ask = (authorization?: string, encrypted = true) => {
    const headers = authorization === undefined ? {} : { authorization };
    return authenticator.authenticate({ headers, encrypted, remoteAddress: "10.0.0.1" });
  };
  return { stored, world, authenticator, enter, ask, sweep: () => sweep() };
}

t.test("whoever has a principal's token is let in, with its rights", async (t) => {
  const { enter, ask } = bench();
  const token = enter("ada");
  for (const scheme of ["Bearer", "bearer", "BEARER "])
    t.match(await ask(`${scheme} ${token}`), {
      kind: "admitted",
      principal: { id: "ada", rights: { id: "ada", role: "read-write", prefix: NO_PREFIX } },
    });
});

t.test("whoever has none, or one that is not good, is refused, and learns nothing by it", async (t) => {
  const { enter, ask, stored } = bench();
  const token = enter("ada");
  const [, secret = ""] = token.split(".");
  for (const malformed of [
    "",
    "Basic YTpi",
    "Bearer",
    "Bearer ada",
    `Bearer ${token} x`,
    `Bearer ${token}=`,
    token,
  ])
    t.match(await ask(malformed), { kind: "refused", status: 401, message: /ID\.SECRET/ }, malformed);
  t.match(await ask(), { kind: "refused", status: 401, message: /kvadm key create/ });
  const wrong = await ask(`Bearer ${formatToken(newToken("ada"))}`);
  const foreign = await ask(`Bearer zoe.${secret}`);
  stored.delete("ada");
  const revoked = await ask(`Bearer ${token}`);
  t.match(wrong, { kind: "refused", status: 401 });
  t.same(foreign, wrong, "an id that there is not");
  t.same(revoked, wrong);
});

t.test("a token over plain HTTP is refused, good or not, and told why", async (t) => {
  const { enter, ask } = bench();
  const credentials = (authorization: string, encrypted: boolean): Credentials => ({
    headers: { authorization },
    encrypted,
    remoteAddress: "127.0.0.1",
  });
  const token = `Bearer ${enter("ada")}`;
  t.match(await ask(token, false), { kind: "refused", status: 403, message: /plain HTTP.*rotate/ });
  t.match(tokenOverPlain(credentials(token, false)), { kind: "refused", status: 403 });
  t.equal(tokenOverPlain(credentials(token, true)), undefined);
  t.equal(tokenOverPlain(credentials("Basic YTpi", false)), undefined);
});

t.test("the secret before a rotation is good for the grace, and not a millisecond longer", async (t) => {
  const { enter, ask, world } = bench();
  const [first, second] = [enter("ada"), enter("ada")];
  world.timeMs = 1499;
  for (const token of [first, second]) t.match(await ask(`Bearer ${token}`), { kind: "admitted" });
  world.timeMs = 1500;
  t.match(await ask(`Bearer ${first}`), { status: 401 });
  t.match(await ask(`Bearer ${second}`), { kind: "admitted" });
});

t.test(
  "a table that may be a second old is confirmed first, and a node that cannot lets nobody in",
  async (t) => {
    const { enter, ask, world } = bench();
    const token = `Bearer ${enter("ada")}`;
    await ask(token);
    t.equal(world.confirmed, 0, "a fresh one is taken as it is");
    world.ageMs = 500;
    t.match(await ask(token), { kind: "admitted" });
    t.equal(world.confirmed, 1, "one that grows old is renewed beside the request");
    for (const old of [1001, undefined]) {
      world.ageMs = old;
      t.match(await Promise.all([ask(token), ask(token)]), [{ kind: "admitted" }, { kind: "admitted" }]);
    }
    t.equal(world.confirmed, 3, "one question serves all who wait");
    world.reachable = false;
    for (const old of [1001, undefined]) {
      world.ageMs = old;
      await t.rejects(ask(token), { status: 503, code: "no_leader" });
    }
    world.ageMs = 900;
    t.match(await ask(token), { kind: "admitted" }, "what was confirmed within the second still counts");
  },
);

t.test(
  "what is under way for a principal ends when it is revoked or rotated, and nothing else",
  async (t) => {
    const { enter, ask, sweep, stored, world } = bench();
    const ended: string[] = [];
    const gone = new AbortController();
    const watch = async (token: string, name: string, until = new AbortController().signal) => {
      const admission = await ask(`Bearer ${token}`);
      if (admission.kind === "admitted") admission.principal.whenRevoked(() => ended.push(name), until);
    };
    const old = enter("ada");
    await watch(old, "ada, old secret");
    await watch(enter("ada"), "ada");
    await watch(enter("zoe"), "zoe");
    await watch(enter("bob"), "bob, gone", gone.signal);
    gone.abort();
    sweep();
    t.same(ended, []);
    world.timeMs += 500;
    sweep();
    t.same(ended, ["ada, old secret"]);
    stored.delete("ada");
    stored.delete("bob");
    sweep();
    sweep();
    t.same(ended, ["ada, old secret", "ada"], "each once; who is gone is left alone");
  },
);

t.test("an open stream keeps the table that it is let in by from growing old", async (t) => {
  const { enter, ask, sweep, world } = bench();
  const admission = await ask(`Bearer ${enter("ada")}`);
  sweep();
  world.ageMs = 700;
  sweep();
  t.equal(world.confirmed, 0, "nobody is there");
  if (admission.kind === "admitted")
    admission.principal.whenRevoked(() => undefined, new AbortController().signal);
  sweep();
  t.equal(world.confirmed, 1);
});
