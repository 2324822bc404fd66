import { hkdfSync, randomBytes, timingSafeEqual } from "node:crypto";

/** What a principal proves itself with. */
export interface Token {
  readonly id: string;
  /** 32 random bytes. */
  readonly secret: Uint8Array;
}

const SECRET_BYTES = 32;
const VERIFIER_BYTES = 32;
/** Anything else that is ever derived from a secret gets a label of its own. */
const VERIFIER_LABEL = "kvd principal verifier 1";
/** 43 characters of base64url are 32 bytes and two bits. */
const TOKEN_PATTERN = /^([A-Za-z0-9_-]{1,64})\.([A-Za-z0-9_-]{43})$/;

/** A token for `id` with a fresh secret. */
export function newToken(id: string): Token {
  return { id, secret: new Uint8Array(randomBytes(SECRET_BYTES)) };
}

/** `ID.SECRET`, the secret in base64url. */
export function formatToken({ id, secret }: Token): string {
  return `${id}.${Buffer.from(secret).toString("base64url")}`;
}

/** Undefined when the text is not exactly what `formatToken` gives. */
export function parseToken(text: string): Token | undefined {
  const [, id, encoded] = TOKEN_PATTERN.exec(text) ?? [];
  if (id === undefined || encoded === undefined) return undefined;
  const token = { id, secret: new Uint8Array(Buffer.from(encoded, "base64url")) };
  return formatToken(token) === text ? token : undefined;
}

/**
 * What a cluster keeps of a secret: HKDF-SHA-256 of it without salt, 32 bytes, bound to its purpose and to
 * the id. Secrets are 256 random bits, so nothing is gained by a slow hash: there is no list to try.
 * Source: RFC 5869.
 */
export function verifierOf({ id, secret }: Token): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", secret, "", `${VERIFIER_LABEL} ${id}`, VERIFIER_BYTES));
}

/** Whether two verifiers are equal, in a time that does not tell where they differ. */
export function equalVerifiers(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && timingSafeEqual(left, right);
}
