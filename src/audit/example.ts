/** A row of the example. */
export interface ExampleAnswer {
  id: number;
  /** sum, difference or product. */
  task: string;
  question: string;
  answer: string;
  /** The verifier's, in [0, 1]. */
  score: number;
  /** The verifier's decision: a score of at least 0.5. */
  kept: boolean;
  /** The human's label; absent if no one looked. */
  correct?: boolean;
}

/** A kind of question: the share of wrong answers, and the mean score of the correct and of the wrong ones. */
export interface ExampleTask {
  task: string;
  errorRate: number;
  correct: number;
  wrong: number;
}

/** What the example is like. */
export interface ExampleOptions {
  /** 6000 by default. */
  rows?: number;
  /** Rows with a human's label, at random; 400 by default. */
  audited?: number;
  /** As many of them among the kept as among the rejected rows; false by default. */
  stratified?: boolean;
  /** Sums, differences and products by default. */
  tasks?: readonly ExampleTask[];
  /** 1 by default. */
  seed?: number;
}

/** Products are beyond the model that answers. */
const TASKS: readonly ExampleTask[] = [
  { task: "sum", errorRate: 0.15, correct: 0.66, wrong: 0.4 },
  { task: "difference", errorRate: 0.25, correct: 0.64, wrong: 0.42 },
  { task: "product", errorRate: 0.7, correct: 0.56, wrong: 0.5 },
];

/** Answers to small sums with a verifier's score and decision, of which a few have a human's label: something to audit. */
export function exampleAnswers(options: ExampleOptions = {}): ExampleAnswer[] {
  const { rows = 6000, audited = 400, stratified = false, tasks = TASKS, seed = 1 } = options;
  const random = randomFrom(seed);
  const answers = Array.from({ length: rows }, (_, id) => {
    const { task, errorRate, correct, wrong } = tasks[Math.floor(random() * tasks.length)] as ExampleTask;
    const [a, b] = [Math.floor(random() * 90) + 10, Math.floor(random() * 90) + 10];
    const truth = task === "sum" ? a + b : task === "difference" ? a - b : a * b;
    const isCorrect = random() >= errorRate;
    const answer = isCorrect ? truth : truth + (random() < 0.5 ? 1 : 10);
    // The mean of three uniform numbers is bell-shaped, with a standard deviation of one sixth of their range.
    const bell = (random() + random() + random()) / 3 - 0.5;
    const score = Math.min(1, Math.max(0, (isCorrect ? correct : wrong) + bell));
    const sign = task === "sum" ? "+" : task === "difference" ? "-" : "*";
    return {
      id,
      task,
      question: `${a} ${sign} ${b}`,
      answer: String(answer),
      score: Number(score.toFixed(3)),
      truth: isCorrect,
    };
  }).map(({ truth, ...row }): Answered => ({ row: { ...row, kept: row.score >= 0.5 }, truth }));
  for (const one of chosen(answers, audited, stratified, random)) one.row.correct = one.truth;
  return answers.map(({ row }) => row);
}

/** A row, and whether its answer is right. */
interface Answered {
  row: ExampleAnswer;
  truth: boolean;
}

function chosen(answers: readonly Answered[], count: number, stratified: boolean, random: () => number): Answered[] {
  if (!stratified) return sample(answers, count, random);
  const kept = answers.filter(({ row }) => row.kept);
  const rejected = answers.filter(({ row }) => !row.kept);
  return [...sample(kept, Math.ceil(count / 2), random), ...sample(rejected, Math.floor(count / 2), random)];
}

/** Some of a list at random, each as likely as any other. */
function sample<T>(list: readonly T[], count: number, random: () => number): T[] {
  const rest = [...list];
  const taken = Math.min(count, rest.length);
  for (let i = 0; i < taken; i++) {
    const j = i + Math.floor(random() * (rest.length - i));
    [rest[i], rest[j]] = [rest[j] as T, rest[i] as T];
  }
  return rest.slice(0, taken);
}

/** Uniform numbers in [0, 1). @see Tommy Ettinger's mulberry32, public domain */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
