/** What stands in the place of what was struck out. */
export const STRUCK_OUT = "(struck out)";

const KEY_BLOCK = /-----BEGIN [^-\n]+-----[\s\S]*?(?:-----END [^-\n]+-----|$)/g;
/** As principals prove themselves: 43 characters of base64url behind a point. */
const TOKEN = /(?<![\w-])[\w-]{1,64}\.[\w-]{43}(?![\w-])/g;
const USER_IN_URL = /(\w:\/\/)[^\s/@]+@/g;
const BEARER = /\b(bearer|basic)\s+\S+/gi;

/** Strikes out what is a secret by its form: keys in PEM, tokens of principals, passwords in addresses. */
export function withoutSecrets(text: string): string {
  return text
    .replace(KEY_BLOCK, STRUCK_OUT)
    .replace(TOKEN, STRUCK_OUT)
    .replace(USER_IN_URL, `$1${STRUCK_OUT}@`)
    .replace(BEARER, `$1 ${STRUCK_OUT}`);
}

/** The rest of a name that speaks of a secret, up to where its value begins; bounded, so that no line costs more than its length. */
const SECRET_NAME =
  /(?:pass(?:word|phrase|wd)?|token|secret|credential|private|authorization|cookie|seed|(?<![a-z])key(?![a-z]))[\w.-]{0,64}["']?\s{0,8}[:=]\s{0,8}/i;

/**
 * Strikes out, besides, the values of settings and variables whose names speak of a secret, to the end of the line, and the
 * lines below that are indented further and belong to them. Rather too much than too little.
 */
export function withoutSecretSettings(text: string): string {
  const kept: string[] = [];
  let isWithin = false;
  let depth = 0;
  for (const line of withoutSecrets(text).split("\n")) {
    const indent = line.length - line.trimStart().length;
    if (isWithin && (line.trim() === "" || indent > depth)) continue;
    const found = SECRET_NAME.exec(line);
    isWithin = found !== null;
    depth = indent;
    kept.push(found === null ? line : `${line.slice(0, found.index + found[0].length)}${STRUCK_OUT}`);
  }
  return kept.join("\n");
}
