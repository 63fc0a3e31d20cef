// `npm run bench:coverage`: how often the intervals of `audit` hold the truth, over 2000 simulated audits a setting,
// and how often its verdicts are wrong. Files are samples: their keep rate is drawn as well. Exits with 1 if a bound is broken:
//   at least 94 % everywhere except with an interval that covers on average only; at most 97.5 % if each of the four cells (kept or
//   rejected, correct or wrong) expects 10 rows or more and rows are independent and of equal weight; at most 5 % of the verdicts
//   wrong, of each kind; each bound with three standard errors of the simulation (0.5 % each of 2000 at 95 %).
// Then verdicts alone: slices, scores of no use, and labels that are looked at as they come.
import { AuditTally, audit as auditRecords, auditThresholds } from "../dist/audit.js";
import { breakdownPoint, load } from "../dist/index.js";

/** `node bench/coverage.mjs 400 clusters`: so many audits a setting, of the settings whose names have the word. */
const [, , audits = "2000", word = ""] = process.argv;
const AUDITS = Number(audits);
const SEED = 20240607;
const LEAST = 0.94;
const MOST = 0.975;
const WRONG = 0.05;
const EXPECTED = 10;
/** Three standard errors of a share of so many audits. */
const error = (share, audits = AUDITS) => 3 * Math.sqrt((share * (1 - share)) / audits);

/**
 * `a`, `b`: share of correct labels among kept and rejected rows; `k`: keep rate. `n`: audited rows at random, or
 * [kept, rejected] by stratum. `groups`: parts of the file, each with its share, rates, and rows a weight stands for.
 */
const SETTINGS = [
  { name: "simple, n 200", k: 0.5, a: 0.85, b: 0.55, n: 200 },
  { name: "simple, n 30", k: 0.5, a: 0.8, b: 0.6, n: 30 },
  { name: "simple, n 5", k: 0.5, a: 0.7, b: 0.5, n: 5 },
  { name: "simple, n 5000", k: 0.3, a: 0.9, b: 0.6, n: 5000 },
  { name: "simple, n 400, p at p⋆", k: 0.4, a: 0.5, b: 0.3, n: 400 },
  { name: "simple, n 300, a verifier of no use", k: 0.3, a: 0.7, b: 0.7, n: 300 },
  { name: "simple, n 300, 10 classes at p⋆", k: 0.5, a: 0.1, b: 0.2, n: 300, classes: 10 },
  { name: "simple, n 100, nearly all correct (n/n)", k: 0.8, a: 0.995, b: 0.9, n: 100 },
  { name: "simple, n 100, kept nearly all wrong (0/n)", k: 0.2, a: 0.01, b: 0.03, n: 100 },
  { name: "simple of a larger file, n 200", k: 0.5, a: 0.85, b: 0.55, n: 200, larger: true },
  { name: "simple of a larger file, n 30", k: 0.3, a: 0.8, b: 0.4, n: 30, larger: true },
  { name: "25 clusters of 8, alike", k: 0.5, a: 0.75, b: 0.55, n: 200, larger: true, clusters: 25 },
  { name: "60 clusters of 5, alike", k: 0.3, a: 0.8, b: 0.6, n: 300, larger: true, clusters: 60 },
  { name: "12 clusters of 15, alike", k: 0.5, a: 0.8, b: 0.5, n: 180, larger: true, clusters: 12 },
  { name: "30 clusters of 1 to 19, alike", k: 0.5, a: 0.75, b: 0.5, n: 300, larger: true, clusters: 30, unequal: true },
  { name: "8 clusters of 1 to 39, alike", k: 0.5, a: 0.7, b: 0.5, n: 160, larger: true, clusters: 8, unequal: true },
  { name: "40 clusters of 1 to 9, p at p⋆", k: 0.5, a: 0.5, b: 0.5, n: 200, larger: true, clusters: 40, unequal: true },
  { name: "simple, half of the rows, n 400", k: 0.5, a: 0.95, b: 0.7, n: 400, larger: true, times: 2 },
  {
    name: "simple, half of the rows in 100 clusters of 4",
    k: 0.5,
    a: 0.95,
    b: 0.7,
    n: 400,
    larger: true,
    clusters: 100,
    times: 2,
  },
  { name: "stratified, half of the rows, 200 + 200", k: 0.5, a: 0.95, b: 0.7, n: [200, 200], times: 2.2 },
  { name: "people err on 10 %, half labelled twice, n 300", k: 0.5, a: 0.8, b: 0.5, n: 300, larger: true, errors: 0.1 },
  { name: "people err on 5 %, half twice, 200 + 200", k: 0.4, a: 0.9, b: 0.6, n: [200, 200], errors: 0.05 },
  { name: "predictions of all rows, n 200", k: 0.5, a: 0.8, b: 0.5, n: 200, larger: true, predictions: 0.8 },
  { name: "useless predictions, n 200", k: 0.5, a: 0.8, b: 0.5, n: 200, larger: true, predictions: 0 },
  { name: "wilson, n 200", k: 0.5, a: 0.85, b: 0.55, n: 200, larger: true, interval: "wilson" },
  { name: "jeffreys, n 200", k: 0.5, a: 0.85, b: 0.55, n: 200, larger: true, interval: "jeffreys" },
  { name: "mid-p, n 200", k: 0.5, a: 0.85, b: 0.55, n: 200, larger: true, interval: "mid-p" },
  { name: "stratified, k 0.1, 100 + 100", k: 0.1, a: 0.75, b: 0.4, n: [100, 100] },
  { name: "stratified, k 0.5, 150 + 50", k: 0.5, a: 0.8, b: 0.5, n: [150, 50] },
  { name: "stratified, k 0.9, 100 + 100", k: 0.9, a: 0.9, b: 0.3, n: [100, 100] },
  { name: "stratified, k 0.5, 4 + 4", k: 0.5, a: 0.8, b: 0.4, n: [4, 4] },
  { name: "stratified, k 0.1, 60 + 60, kept all correct (n/n)", k: 0.1, a: 1, b: 0.6, n: [60, 60] },
  { name: "stratified, k 0.5, 60 + 60, kept all wrong (0/n)", k: 0.5, a: 0, b: 0.3, n: [60, 60] },
  { name: "stratified, k 0.5, 100 + 100, hardly any wrong", k: 0.5, a: 0.9969, b: 0.9969, n: [100, 100] },
  { name: "stratified, k 0.5, 1 + 1", k: 0.5, a: 0.7, b: 0.7, n: [1, 1] },
  { name: "stratified, k 0.25, 200 + 100, p at p⋆", k: 0.25, a: 0.5, b: 0.4, n: [200, 100] },
  { name: "stratified, k 0.3, 150 + 150, 4 classes, hurts", k: 0.3, a: 0.4, b: 0.6, n: [150, 150], classes: 4 },
  { name: "stratified, k 0.3, 3000 + 2000", k: 0.3, a: 0.92, b: 0.7, n: [3000, 2000] },
  {
    name: "weighted 1 : 4, n 300",
    n: 300,
    groups: [
      { share: 0.3, k: 0.6, a: 0.9, b: 0.6, weight: 1 },
      { share: 0.7, k: 0.4, a: 0.75, b: 0.45, weight: 4 },
    ],
  },
  {
    name: "weighted 1 : 20, n 60",
    n: 60,
    groups: [
      { share: 0.1, k: 0.5, a: 0.9, b: 0.6, weight: 1 },
      { share: 0.9, k: 0.5, a: 0.7, b: 0.5, weight: 20 },
    ],
  },
  {
    name: "weighted 1 : 10 within strata, k 0.5, 200 + 200",
    n: [200, 200],
    groups: [
      { share: 0.2, k: 0.5, a: 0.95, b: 0.5, weight: 1 },
      { share: 0.8, k: 0.5, a: 0.8, b: 0.4, weight: 10 },
    ],
  },
];

/** Rows of a larger file for each that is audited, if a setting has no `times` of its own. */
const TIMES = 5;

/** xorshift128 of Marsaglia (2003), on [0, 1). */
function generator(seed) {
  let [x, y, z, w] = [seed | 1, 362436069, 521288629, 88675123];
  const next = () => {
    const t = x ^ (x << 11);
    [x, y, z] = [y, z, w];
    w = w ^ (w >>> 19) ^ (t ^ (t >>> 8));
    return (w >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < 64; i++) next();
  return next;
}

/** Share of `groups`' rows in each of the four cells. */
function cellsOf(groups) {
  const sum = (of) => groups.reduce((total, group) => total + group.share * of(group), 0);
  return {
    keptCorrect: sum(({ k, a }) => k * a),
    keptWrong: sum(({ k, a }) => k * (1 - a)),
    rejectedCorrect: sum(({ k, b }) => (1 - k) * b),
    rejectedWrong: sum(({ k, b }) => (1 - k) * (1 - b)),
  };
}

function truthOf(groups, classes) {
  const { keptCorrect, keptWrong, rejectedCorrect, rejectedWrong } = cellsOf(groups);
  const errorRate = keptWrong + rejectedWrong;
  const phi = keptCorrect / (keptCorrect + rejectedCorrect);
  const psi = keptWrong / (keptWrong + rejectedWrong);
  const point = breakdownPoint({ phi, psi, classes });
  const keptPrecision = keptCorrect / (keptCorrect + keptWrong);
  const rates = { errorRate, phi, psi, breakdown: point, keptPrecision };
  return { ...rates, margin: point - errorRate, youden: phi - psi, gain: keptPrecision - (1 - errorRate) };
}

/** How often each group, and each cell in it, is met among audited rows. */
function chances(groups, stratum) {
  const mass = groups.flatMap((group, g) =>
    [true, false].flatMap((kept) =>
      [true, false].map((correct) => {
        const { share, k, a, b, weight } = group;
        const right = kept ? a : b;
        const met = (share / weight) * (kept ? k : 1 - k) * (correct ? right : 1 - right);
        return { g, kept, correct, weight, met: stratum === undefined || stratum === kept ? met : 0 };
      }),
    ),
  );
  const total = mass.reduce((sum, { met }) => sum + met, 0);
  let reached = 0;
  return mass
    .filter(({ met }) => met > 0)
    .map((cell) => {
      reached += cell.met / total;
      return { ...cell, chance: cell.met / total, upTo: reached };
    });
}

function drawn(table, uniform) {
  const u = uniform();
  return table.find(({ upTo }) => u < upTo) ?? table[table.length - 1];
}

/** A row of a cluster that is easy or hard: two rows in three lean the way of their cluster. */
function alike({ k, a, b, unequal = false }, clusters, rows, i, easy, uniform) {
  // unequal: of the first rows few are of a cluster, of the last ones many
  const place = i / rows;
  const cluster = Math.floor(clusters * (unequal ? Math.sqrt(place) : place));
  const kept = uniform() < k;
  const right = kept ? a : b;
  const correct = uniform() < 0.65 ? easy[cluster] < right : uniform() < right;
  return { kept, correct, cluster: String(cluster) };
}

const QUANTITIES = ["errorRate", "phi", "psi", "breakdown", "keptPrecision", "margin", "youden", "gain"];

function simulate(core, setting, index) {
  const { n, classes = 2, groups = [{ share: 1, weight: 1, ...setting }], larger = Array.isArray(n) } = setting;
  const { interval, clusters = 0, errors = 0, predictions, times = TIMES } = setting;
  const truth = truthOf(groups, classes);
  const uniform = generator(SEED + 7919 * index);
  const strata = Array.isArray(n)
    ? [
        [true, n[0]],
        [false, n[1]],
      ]
    : [[undefined, n]];
  const tables = strata.map(([stratum, rows]) => ({ rows, cells: chances(groups, stratum) }));
  const keepRate = groups.reduce((sum, { share, k }) => sum + share * k, 0);
  const fileRows = Array.isArray(n)
    ? Math.ceil(Math.max(n[0] / keepRate, n[1] / (1 - keepRate)) * Math.min(times, 3))
    : n * times;
  // a prediction that is right about a row so much more often than by chance
  const predicted = (correct) => (uniform() < predictions ? (correct ? 0.9 : 0.1) : uniform());
  const covered = Object.fromEntries(QUANTITIES.map((name) => [name, 0]));
  const counts = { verdict: 0, verification: 0, inconclusive: 0, unclear: 0 };
  // on the point itself, or where φ = ψ, either verdict is wrong
  const side = truth.keptPrecision - 1 / classes;
  const gain = truth.phi - truth.psi;
  const wrong = (positive, value) => Math.abs(value) < 1e-12 || positive !== value > 0;
  for (let audit = 0; audit < AUDITS; audit++) {
    const tally = new AuditTally({
      design: Array.isArray(n) ? "stratified" : "simple",
      classes,
      ...(interval && { interval }),
    });
    let kept = 0;
    let audited = 0;
    const easy = Array.from({ length: clusters }, uniform);
    for (const { rows, cells } of tables) {
      for (let i = 0; i < rows; i++) {
        const row = { ...(clusters > 0 ? alike(setting, clusters, rows, i, easy, uniform) : drawn(cells, uniform)) };
        if (predictions !== undefined) row.predicted = predicted(row.correct);
        if (errors > 0) {
          const say = () => (uniform() < errors ? !row.correct : row.correct);
          const [first, second] = [say(), say()];
          Object.assign(row, { correct: first, ...(i % 2 === 0 && { second }) });
        }
        tally.add(row);
        if (row.kept) kept++;
        audited++;
      }
    }
    // the rest of the file
    if (larger) {
      let keptRows = 0;
      // of strata, which are audited to a number, the whole file is drawn; of all rows the others are
      const drawnRows = Array.isArray(n) ? fileRows : fileRows - audited;
      for (let i = 0; i < drawnRows; i++) if (uniform() < keepRate) keptRows++;
      const rest = Array.isArray(n) ? Math.max(0, keptRows - kept) : keptRows;
      for (let i = 0; i < fileRows - audited; i++) {
        const isKept = i < rest;
        const { a, b } = groups[0];
        const correct = predictions === undefined || uniform() < (isKept ? a : b);
        tally.add({ correct: null, kept: isKept, ...(predictions !== undefined && { predicted: predicted(correct) }) });
      }
    }
    const found = auditRecords(core, tally);
    for (const name of QUANTITIES) {
      const value = truth[name];
      const { low, high } = found[name];
      // an open quantity, as φ without correct rows, has no truth to miss
      if (Number.isNaN(value) || value === null || (low <= value + 1e-12 && high >= value - 1e-12)) covered[name]++;
    }
    if (found.verdict === "inconclusive") counts.inconclusive++;
    else if (wrong(found.verdict === "below", side)) counts.verdict++;
    if (found.verification === "inconclusive") counts.unclear++;
    else if (wrong(found.verification === "better", gain)) counts.verification++;
  }
  const shares = (object) => Object.fromEntries(Object.entries(object).map(([name, count]) => [name, count / AUDITS]));
  return { covered: shares(covered), counts: shares(counts), least: leastExpected(tables) };
}

/** Rows that the emptiest of the four cells expects. */
function leastExpected(tables) {
  const expected = [0, 0, 0, 0];
  for (const { rows, cells } of tables) {
    for (const { kept, correct, chance } of cells) expected[(kept ? 2 : 0) + (correct ? 1 : 0)] += rows * chance;
  }
  return Math.min(...expected);
}

const core = await load();
const broken = [];
const percent = (share) => (100 * share).toFixed(1).padStart(6);
console.log(
  `Coverage in %, ${AUDITS} audits a setting, 95 % intervals; cell: rows that the emptiest of the four cells expects`,
);
console.log(
  `${"setting".padEnd(54)}  cell      p      φ      ψ     p⋆   prec margin      J   gain | wrong incon. wrong unclear`,
);
for (const [index, setting] of SETTINGS.entries()) {
  if (!setting.name.includes(word)) continue;
  const { covered, counts, least } = simulate(core, setting, index);
  const row = QUANTITIES.map((name) => percent(covered[name])).join(" ");
  const verdicts = ["verdict", "inconclusive", "verification", "unclear"]
    .map((name) => percent(counts[name]))
    .join(" ");
  console.log(`${setting.name.padEnd(54)} ${least.toFixed(1).padStart(5)} ${row} |${verdicts}`);
  for (const name of QUANTITIES) {
    if (covered[name] < LEAST - error(0.95) && !setting.interval)
      broken.push(`${setting.name}: ${name} is covered by ${percent(covered[name]).trim()} %`);
    const plain = !setting.clusters && !setting.errors && !setting.groups && setting.predictions === undefined;
    if (least >= EXPECTED && plain && covered[name] > MOST + error(0.95))
      broken.push(`${setting.name}: ${name} covers ${percent(covered[name]).trim()} %`);
  }
  for (const name of ["verdict", "verification"]) {
    if (counts[name] > WRONG + error(WRONG))
      broken.push(`${setting.name}: ${name} is wrong in ${percent(counts[name]).trim()} %`);
  }
}

/** Verdicts of which any is wrong: how often one is given, of so many audits, and how often it may be. */
const VERDICTS = [
  ["fifty slices on the point, Holm: any verdict", 0.05, (uniform) => anySlice(uniform, "holm")],
  ["fifty slices, Benjamini–Hochberg: any verdict", 0.05, (uniform) => anySlice(uniform, "benjamini-hochberg")],
  ["scores of no use, threshold chosen: below", 0.025, uselessScores],
  ["95 looks at up to 500 labels, betting: ever below", 0.025, peeking],
];

function anySlice(uniform, adjust) {
  const rows = Array.from({ length: 1500 }, (_, i) => ({ correct: uniform() < 0.5, kept: true, slice: `${i % 50}` }));
  return auditRecords(core, rows, { adjust }).slices.some(({ adjusted }) => adjusted !== "inconclusive");
}

function uselessScores(uniform) {
  const rows = Array.from({ length: 400 }, (_, i) => {
    const correct = uniform() < 0.5;
    return { correct: i < 90 ? correct : null, score: Math.floor(uniform() * 20) };
  });
  return auditThresholds(core, rows, { seed: 1 }).recommended?.heldOut.verdict === "below";
}

function peeking(uniform) {
  for (let n = 1, successes = 0; n <= 500; n++) {
    if (uniform() < 0.5) successes++;
    if (n % 10 > 0 && n > 50) continue;
    const rows = Array.from({ length: n }, (_, i) => ({ correct: i < successes, kept: true }));
    if (auditRecords(core, rows, { interval: "betting" }).verdict === "below") return true;
  }
  return false;
}

for (const [index, [name, bound, isWrong]] of VERDICTS.entries()) {
  if (!name.includes(word)) continue;
  const uniform = generator(SEED + 104_729 * (index + 1));
  const audits = Math.ceil(AUDITS / 5);
  let wrong = 0;
  for (let audit = 0; audit < audits; audit++) if (isWrong(uniform)) wrong++;
  console.log(`${name.padEnd(54)} ${percent(wrong / audits)} of ${audits}, at most ${percent(bound).trim()}`);
  if (wrong / audits > bound + error(bound, audits)) broken.push(`${name}: ${percent(wrong / audits).trim()} %`);
}
for (const line of broken) console.log(`BROKEN ${line}`);
if (broken.length > 0) process.exitCode = 1;
else console.log("all bounds hold");
