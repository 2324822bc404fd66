import t from "tap";
import { ROTATION_GRACE_MS_MAX } from "../../src/base/limits.ts";
import { invalidPrincipalReason } from "../../src/kv/invalid-principal-reason.ts";

const verifier = new Uint8Array(32);
const created = { kind: "principal-create", id: "ada", role: "admin", verifier } as const;
const rotated = { kind: "principal-rotate", id: "ada", verifier } as const;

t.test("an id is a name that a token, a header and a shell read as one", async (t) => {
  for (const id of ["a", "A-b_9", "x".repeat(64)])
    t.equal(invalidPrincipalReason({ kind: "principal-revoke", id }), undefined, id);
  for (const id of ["", "a.b", "a b", "ä", "a\n", "x".repeat(65)])
    t.match(
      invalidPrincipalReason({ kind: "principal-revoke", id }),
      { code: "bad_request" },
      JSON.stringify(id),
    );
});

t.test("verifiers have their size, prefixes fit a key, graces end", async (t) => {
  const prefix = (length: number) => ({ ...created, prefix: new Uint8Array(length) });
  t.equal(invalidPrincipalReason(prefix(1024)), undefined);
  t.match(invalidPrincipalReason(prefix(1025)), { code: "too_large" });
  t.match(invalidPrincipalReason({ ...prefix(0), verifier: new Uint8Array(31) }), { code: "bad_request" });
  for (const graceMs of [0, ROTATION_GRACE_MS_MAX])
    t.equal(invalidPrincipalReason({ ...rotated, graceMs }), undefined);
  for (const graceMs of [-1, 0.5, ROTATION_GRACE_MS_MAX + 1])
    t.match(invalidPrincipalReason({ ...rotated, graceMs }), { code: "bad_request" });
  t.match(invalidPrincipalReason({ ...rotated, graceMs: 0, verifier: new Uint8Array(33) }), {
    code: "bad_request",
  });
});
