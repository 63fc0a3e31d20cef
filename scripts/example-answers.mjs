// Prints synthetic answers to small sums with a verifier's score, of which a few have a human's label: something to try
// `pstar audit` on, for the README and the tests.
//
//   node scripts/example-answers.mjs > answers.jsonl
//   node scripts/example-answers.mjs --unlabelled > answers.jsonl

/** Share of wrong answers, and mean score of the correct and of the wrong ones; sums of products are beyond this model. */
const TASKS = [
  { task: "sum", errorRate: 0.15, correct: 0.66, wrong: 0.4 },
  { task: "difference", errorRate: 0.25, correct: 0.64, wrong: 0.42 },
  { task: "product", errorRate: 0.7, correct: 0.56, wrong: 0.5 },
];

/**
 * The rows of the example.
 *
 * @param options `rows` (6000); `audited`, labels in all (400); `stratified`: as many of kept as of rejected rows (false:
 * at random); `tasks`: as above; `seed` (1).
 */
export function exampleAnswers({ rows = 6000, audited = 400, stratified = false, tasks = TASKS, seed = 1 } = {}) {
  const random = randomFrom(seed);
  const answers = Array.from({ length: rows }, (_, id) => {
    const { task, errorRate, correct, wrong } = tasks[Math.floor(random() * tasks.length)];
    const [a, b] = [Math.floor(random() * 90) + 10, Math.floor(random() * 90) + 10];
    const truth = task === "sum" ? a + b : task === "difference" ? a - b : a * b;
    const isCorrect = random() >= errorRate;
    const answer = isCorrect ? truth : truth + (random() < 0.5 ? 1 : 10);
    // The mean of three uniform numbers is bell-shaped, with a standard deviation of one sixth of their range.
    const bell = (random() + random() + random()) / 3 - 0.5;
    const score = Math.min(1, Math.max(0, (isCorrect ? correct : wrong) + bell));
    const sign = { sum: "+", difference: "-", product: "*" }[task];
    return {
      id,
      task,
      question: `${a} ${sign} ${b}`,
      answer: String(answer),
      score: Number(score.toFixed(3)),
      truth: isCorrect,
    };
  }).map(({ truth, ...row }) => ({ row: { ...row, kept: row.score >= 0.5 }, truth }));
  for (const one of chosen(answers, audited, stratified, random)) one.row.correct = one.truth;
  return answers.map(({ row }) => row);
}

function chosen(answers, count, stratified, random) {
  if (!stratified) return sample(answers, count, random);
  const kept = answers.filter(({ row }) => row.kept);
  const rejected = answers.filter(({ row }) => !row.kept);
  return [...sample(kept, Math.ceil(count / 2), random), ...sample(rejected, Math.floor(count / 2), random)];
}

/** Some of a list at random, each as likely as any other. */
function sample(list, count, random) {
  const rest = [...list];
  const taken = Math.min(count, rest.length);
  for (let i = 0; i < taken; i++) {
    const j = i + Math.floor(random() * (rest.length - i));
    [rest[i], rest[j]] = [rest[j], rest[i]];
  }
  return rest.slice(0, taken);
}

/** Uniform numbers in [0, 1). @see Tommy Ettinger's mulberry32, public domain */
function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

// The page imports this file too, where there is no process.
if (typeof process !== "undefined" && import.meta.filename === process.argv[1]) {
  const options = process.argv.includes("--unlabelled") ? { audited: 0 } : {};
  for (const row of exampleAnswers(options)) process.stdout.write(`${JSON.stringify(row)}\n`);
}
