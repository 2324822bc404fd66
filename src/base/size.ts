const UNITS: Readonly<Record<string, number>> = {
  B: 1,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

/** Whole bytes of `64KiB`, `1.5GiB`, `512B`; undefined when the text is no such thing. */
export function sizeBytes(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(B|KiB|MiB|GiB|TiB)$/.exec(text.trim());
  const unit = UNITS[match?.[2] ?? ""];
  const bytes = unit === undefined ? undefined : Math.round(Number(match?.[1]) * unit);
  return bytes === undefined || Number.isSafeInteger(bytes) ? bytes : undefined;
}
