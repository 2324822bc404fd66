import t from "tap";
import {
  equalVerifiers,
  formatToken,
  newToken,
  parseToken,
  verifierOf,
} from "../../src/io/principal-token.ts";

const ZEROS = { id: "ada", secret: new Uint8Array(32) };

t.test("a token comes back from its text, and no other text is one", async (t) => {
  const token = newToken("ada");
  t.same(parseToken(formatToken(token)), token);
  t.notSame(newToken("ada").secret, token.secret);
  const text = formatToken(ZEROS);
  t.equal(text, `ada.${"A".repeat(43)}`);
  const others = [
    "",
    "ada",
    "ada.",
    `.${"A".repeat(43)}`,
    `${text}=`,
    ` ${text}`,
    `${text}\n`,
    `a.${text}`,
    `ada.${"A".repeat(42)}`,
    // The last character's two spare bits: a second spelling of the same secret.
    `ada.${"A".repeat(42)}B`,
    `ada.${"A".repeat(42)}+`,
    `${"x".repeat(65)}.${"A".repeat(43)}`,
  ];
  for (const other of others) t.equal(parseToken(other), undefined, JSON.stringify(other));
});

t.test("a verifier is fixed for ever, and belongs to one id and one secret", async (t) => {
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
  t.equal(hex(verifierOf(ZEROS)), "32fcb31effeb131c1bcd2d35e281d960e15b25bcde92ea17aa52a83ac5bc689f");
  t.notSame(verifierOf({ ...ZEROS, id: "zoe" }), verifierOf(ZEROS));
  t.notSame(verifierOf({ ...ZEROS, secret: new Uint8Array(32).fill(1) }), verifierOf(ZEROS));
  t.ok(equalVerifiers(verifierOf(ZEROS), verifierOf(ZEROS)));
  t.notOk(equalVerifiers(verifierOf(ZEROS), verifierOf({ ...ZEROS, id: "zoe" })));
  t.notOk(equalVerifiers(verifierOf(ZEROS), new Uint8Array(31)));
});
