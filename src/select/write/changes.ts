import type { ResolvedSettings, ResolvedVerifier } from "../settings.js";

type Words = Map<string, string>;

/** Flags that are not called as the library's option. */
const NAMES: Record<string, string> = { bestOf: "--best-of", model: "--lm", file: "--verifier", weight: "the weight" };

/** What differs between two selections, by the flags of the command line: `--keep was 30%, now 40%`. */
export function changesOf(there: ResolvedSettings, now: ResolvedSettings): string[] {
  const alike = namesOf(there) === namesOf(now);
  const verifiers = alike ? [ofVerifiers(there), ofVerifiers(now)] : [namedVerifiers(there), namedVerifiers(now)];
  return [...differences(verifiers[0], verifiers[1]), ...differences(ofRest(there), ofRest(now))];
}

function differences(there: Words, now: Words): string[] {
  return [...new Set([...there.keys(), ...now.keys()])].flatMap((flag) => {
    const [was, is] = [there.get(flag) ?? "not set", now.get(flag) ?? "not set"];
    return was === is ? [] : [`${flag} was ${was}, now ${is}`];
  });
}

/** Other verifiers: their fields say no more. */
function namedVerifiers(settings: ResolvedSettings): Words {
  return new Map([["--verifier", namesOf(settings)]]);
}

function namesOf({ verifiers }: ResolvedSettings): string {
  return verifiers.map(nameOf).join(" and ");
}

function nameOf(verifier: ResolvedVerifier): string {
  return verifier.kind === "module" ? verifier.file : verifier.kind;
}

function ofVerifiers({ verifiers }: ResolvedSettings): Words {
  const words: Words = new Map();
  for (const [i, { kind: _, ...about }] of verifiers.entries()) {
    add(words, about, verifiers.length === 1 ? "" : ` of verifier ${i + 1}`);
  }
  return words;
}

function ofRest({ verifiers: _, keep, export: form, ...others }: ResolvedSettings): Words {
  const words: Words = new Map();
  const share = keep !== null && "share" in keep ? `${Number((100 * keep.share).toPrecision(12))}%` : keep?.rows;
  add(words, { keep: share, ...others, export: form?.form });
  add(words, { ...form, form: undefined }, " of --export");
  return words;
}

/** What is not set is left out. */
function add(words: Words, values: object, where = ""): void {
  for (const [name, value] of Object.entries(values)) {
    if (value === null || value === false || value === undefined) continue;
    words.set(`${NAMES[name] ?? `--${name}`}${where}`, value === true ? "set" : String(value));
  }
}
