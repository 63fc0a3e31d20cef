import { TRIAL_STATUS, type Trial } from "../../core/trials.js";

/** The numbers of a trial in the order in which they travel, the status before them. */
const SHARES = ["accuracy", "agreement"] as const;
const COUNTS = ["generated", "wrong", "kept", "keptWrong", "iterations"] as const;
const FIELDS = 1 + SHARES.length + 1 + COUNTS.length + 1;

/** What the cosine of two vectors may be off by rounding. */
const ROUNDING = 1e-6;

/** Bytes that so many trials of so many generations take. */
export function recordBytes(trials: number, generations: number): number {
  return 8 * FIELDS * trials * generations;
}

/** The trials of a block as bytes: doubles, little-endian, one record a trial or, of several generations, one for each. */
export function writeRecords(trials: readonly Trial[]): Buffer {
  const records = trials.flatMap((trial) => trial.generations ?? [trial]);
  const bytes = Buffer.alloc(recordBytes(records.length, 1));
  let at = 0;
  const put = (value: number) => {
    at = bytes.writeDoubleLE(value, at);
  };
  for (const record of records) {
    put(TRIAL_STATUS.indexOf(record.status));
    for (const field of SHARES) put(record[field]);
    put(record.cosine);
    for (const field of COUNTS) put(record[field]);
    put(record.gradientNorm);
  }
  return bytes;
}

/** Reads what {@link writeRecords} wrote, from wherever it came; undefined where it cannot be the result of such trials. */
export function readRecords(bytes: Buffer, trials: number, generations: number): Trial[] | undefined {
  if (bytes.length !== recordBytes(trials, generations)) return undefined;
  const records: Trial[] = [];
  for (let at = 0; at < bytes.length; at += recordBytes(1, 1)) {
    const record = readRecord(bytes, at);
    if (record === undefined) return undefined;
    records.push(record);
  }
  if (generations === 1) return records;
  return Array.from({ length: trials }, (_, i) => {
    const all = records.slice(i * generations, (i + 1) * generations);
    return { ...all[generations - 1], generations: all };
  });
}

function readRecord(bytes: Buffer, at: number): Trial | undefined {
  const value = (field: number) => bytes.readDoubleLE(at + 8 * field);
  const [status, accuracy, agreement, cosine, generated, wrong, kept, keptWrong, iterations, gradientNorm] = Array.from(
    { length: FIELDS },
    (_, field) => value(field),
  );
  const known = TRIAL_STATUS[status];
  const counts = [generated, wrong, kept, keptWrong, iterations].every((n) => Number.isSafeInteger(n) && n >= 0);
  const fits = wrong <= generated && kept <= generated && keptWrong <= Math.min(kept, wrong);
  const model = known === "ok" || known === "not-converged";
  const judged =
    !model || ([accuracy, agreement].every((share) => share >= 0 && share <= 1) && Math.abs(cosine) <= 1 + ROUNDING);
  const normal = !(gradientNorm < 0);
  if (known === undefined || !counts || !fits || !judged || !normal) return undefined;
  return { status: known, accuracy, agreement, cosine, generated, wrong, kept, keptWrong, iterations, gradientNorm };
}
