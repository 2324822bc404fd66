import t from "tap";
import { parseTxn } from "../../src/cli/txn-text.ts";

const bytes = (words: string): Uint8Array => Buffer.from(words);

t.test("the one-line form is read as it looks", async (t) => {
  t.same(parseTxn("if rev(a)=5 && absent(b) then put a 1; del c else get a"), {
    if: [
      { key: bytes("a"), revision: 5, is: "=" },
      { key: bytes("b"), exists: false },
    ],
    do: [{ put: bytes("a"), value: bytes("1") }, { delete: bytes("c") }],
    else: [{ get: bytes("a") }],
  });
});

t.test("every compare and every operation has a form", async (t) => {
  t.same(parseTxn("if exists(a)&&create(b)<1 && version( c ) then ".replace("( c )", "(c) > 2")).if, [
    { key: bytes("a"), exists: true },
    { key: bytes("b"), createRevision: 1, is: "<" },
    { key: bytes("c"), version: 2, is: ">" },
  ]);
  t.same(parseTxn(`if value("a b") != 'x y' then`).if, [
    { key: bytes("a b"), value: bytes("x y"), is: "!=" },
  ]);
  t.same(parseTxn(`then set else then; rm --prefix p/; del --range a "b c"; get 'else' else`), {
    if: [],
    do: [
      { put: bytes("else"), value: bytes("then") },
      { deletePrefix: bytes("p/") },
      { deleteRange: { start: bytes("a"), end: bytes("b c") } },
      { get: bytes("else") },
    ],
    else: [],
  });
});

t.test("a file has an operation on each line, and comments", async (t) => {
  const text = `
# swap the colours
if value(colour)=blue
   && exists(lock)
then
  put colour green   ;
  # and forget the lock
  del lock
else
  get colour
`;
  t.same(parseTxn(text), {
    if: [
      { key: bytes("colour"), value: bytes("blue"), is: "=" },
      { key: bytes("lock"), exists: true },
    ],
    do: [{ put: bytes("colour"), value: bytes("green") }, { delete: bytes("lock") }],
    else: [{ get: bytes("colour") }],
  });
});

t.test("a key that is put may live for a time, or as long as a lease", async (t) => {
  const put = { put: bytes("a"), value: bytes("1") };
  t.same(
    parseTxn("then put a 1 --ttl 1.5m; put a 1 --lease 7 ; put a 1 --ttl 100ms else put a 1 --ttl 1h").do,
    [
      { ...put, ttlMs: 90_000 },
      { ...put, leaseId: 7 },
      { ...put, ttlMs: 100 },
    ],
  );
  const quoted = [{ put: bytes("a"), value: bytes("--ttl") }];
  t.same(parseTxn("then put a '--ttl'").do, quoted, "in quotes it is the value");
  t.throws(() => parseTxn("then put a 1 --ttl 99999h"), /expected a time from 100ms to 87600h/);
  for (const lifetime of [
    "--ttl",
    "--ttl 5",
    "--ttl 99ms",
    "--ttl 99999999h",
    "--lease",
    "--lease 0",
    "--lease x",
    "--ttl 1s --lease 7",
    "--lease 7 --ttl 1s",
    "--tll 1s",
  ])
    t.throws(
      () => parseTxn(`then put a 1 ${lifetime}`),
      { code: "usage", message: /^line 1, char/ },
      lifetime,
    );
});

t.test("what is not a transaction is a usage error that names the place", async (t) => {
  const bad: readonly (readonly [string, RegExp])[] = [
    ["", /character 1: expected 'if' or 'then'/],
    ["put a 1", /expected 'if' or 'then'/],
    ["if then put a 1", /expected a question/],
    ["if rev(a) then", /expected one of != = < >/],
    ["if rev(a)=x then", /whole number/],
    ["if rev(a)=-1 then", /whole number/],
    ["if age(a)=1 then", /'age' is not one of rev/],
    ["if rev(a)=1 put a 1", /character 13: expected 'if' or 'then'/],
    ["if rev(a)=1 && then", /expected a question/],
    ["if rev(=1 then", /expected '\)'/],
    ["then put a", /expected a value/],
    ["then put\n a 1", /expected a key/],
    ["then put pp --ttl", /character 13: expected a value, and not an option/],
    ["then put pp --ttl; get pp", /expected a value, and not an option/],
    ["then put --lease 7", /expected a key, and not an option/],
    ["then get --prefix", /expected a key, and not an option/],
    ["then del --prefix --range", /expected a prefix, and not an option/],
    ["then put a 1 2", /character 14: expected ';'/],
    ["then incr a", /'incr' is not one of put, del, get/],
    ["then del --prefix", /expected a prefix/],
    ["then del --range a", /the key where it ends/],
    ["then get a else get b else get c", /expected ';'|expected the end/],
    ['then put a "b', /a " is missing/],
  ];
  for (const [text, reason] of bad) t.throws(() => parseTxn(text), reason, text);
});
