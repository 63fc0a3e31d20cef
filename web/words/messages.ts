import { english, type FigureWords } from "../../src/figure/labels.js";
import type { Reason } from "../../src/index.js";
import type { Language } from "../model/state.js";

// Everything that the page says, in English. The other language has the same type: a key that it lacks is an error of tsc.

/** What a value above chance is called, and one below it. */
export type Sides = readonly [above: string, below: string];

export const en = {
  /** A reason in this language. */
  reason: ({ message }: Reason) => message,
  /** An error by its class and its reason. */
  problem: ({ name, message }: Error) => `${name}: ${message}`,
  titleOf: (view: string) => `${view} — p⋆: will training on synthetic data collapse the model?`,
  tagline: "Will training on synthetic data collapse the model, and which data are worth keeping?",
  skip: "Skip to the figure",
  navigation: "Views",
  tabs: {
    story: "The story",
    transition: "Phase transition",
    diagram: "Phase diagram",
    geometry: "Geometry",
    generations: "Generations",
    news: "News",
    transformer: "Transformer",
    data: "Your data",
  },
  language: "Language",
  theme: "Colours",
  themes: { auto: "auto", light: "light", dark: "dark" },
  paper: "The finding is that of Feng, Dohmatob, Yang, Charton and Kempe,",
  local: "Everything is computed here, in your browser; nothing leaves the page.",

  story: {
    heading: "The story in six steps",
    step: (step: number, of: number) => `Step ${step} of ${of}`,
    back: "Back",
    next: "Next",
    open: "Open this figure in the explorer",
    play: "Play with all of it",
    yours: "Try your own file",
    key: {
      plus: "labelled +",
      minus: "labelled −",
      wrong: "wrong label",
      dropped: "rejected",
      learned: "the line that is learned; shading: what it says",
    },
    numbers: {
      p: "Wrong labels, p",
      phi: "Correct labels kept, φ",
      psi: "Wrong labels kept, ψ",
      angle: "Angle of the verifier",
      rows: "Rows",
      rounds: "Rounds",
    },
    counts: (rows: string, kept: string, right: string, wrong: string) =>
      `Of these ${rows} rows ${kept} are kept: ${right} right, ${wrong} wrong.`,
    learned: (accuracy: string, outcome: string) =>
      `The line learned from them is right for ${accuracy} of new rows: ${outcome}.`,
    outcome: {
      truth: "it has learned the truth",
      opposite: "it has learned the opposite of the truth",
      chance: "it has learned nothing",
    },
    nothing: "There is nothing to learn from.",
    side: (p: string, sign: string, point: string) => `(p = ${p} ${sign} p⋆ = ${point})`,
    steps: [
      {
        title: "Fewer than half of the labels may be wrong",
        sentence: "A generator labels these rows, and gets {p} of its labels wrong. All of them are trained on.",
        text: "Drag the number, or use the arrow keys. The bead on the curve is your p. Up to one half the line hardly cares; past it, it learns the opposite.",
      },
      {
        title: "A verifier moves the line",
        sentence:
          "The generator gets {p} of its labels wrong. A verifier keeps {phi} of the right ones and {psi} of the wrong ones.",
        text: "It need not know the right answer: telling right from wrong a little better than chance moves the breakdown point from one half to p⋆ = φ/(φ + ψ).",
      },
      {
        title: "More rows make either outcome more certain",
        sentence:
          "The generator gets {p} of its labels wrong. A verifier keeps {phi} of the right ones and {psi} of the wrong ones, of {rows} rows.",
        text: "The curve grows steeper with the rows, and turns about the same point p⋆: collapse is not a lack of data, but being on the wrong side of the line. A single draw of few rows may fall on either side.",
      },
      {
        title: "A weak verifier comes near the perfect one",
        sentence:
          "The generator gets {p} of its labels wrong. A weak verifier keeps {phi} of the right ones and {psi} of the wrong ones.",
        text: "The oracle keeps right labels only. Below p⋆ a weak verifier has the same limit, and pays for its mistakes in rows: compare the two curves at your p.",
      },
      {
        title: "A verifier that looks at the rows",
        sentence:
          "The generator gets {p} of its labels wrong. This verifier is a line of its own, {angle} from the truth (dashed), and keeps the labels that it would give.",
        text: "It does not err at random: it errs between its line and the truth. What it lets pass there is all wrong in the same way, so p⋆ no longer decides; the curve does.",
      },
      {
        title: "Models trained on models",
        sentence:
          "A first generator gets {p} of its labels wrong. Each model labels the rows of the next, for {rounds} rounds.",
        text: "The dots are those of the last round, labelled by the model before. No round is verified here: what one model gets wrong, the next one learns. The view Generations shows what a verifier does about it.",
      },
    ],
  },

  transition: {
    heading: "Phase transition",
    lead: "How good is a model trained on synthetic data? Lines: theory. Points: simulation, with bars of ±2 standard errors.",
  },
  diagram: {
    heading: "Phase diagram",
    lead: "The accuracy that the theory predicts for every pair of settings. On the solid line the model is as good as a coin; on the dashed line, p = p⋆, as many wrong labels as correct ones are kept. Where the errors are random and nothing else is learned from, the two are one.",
    plane: "Plane",
    planes: { rates: "error rate × ψ/φ", angles: "angle of the generator × angle of the verifier" },
    ratio: "wrong labels kept per correct one, ψ/φ",
    breakdown: "p = p⋆: as many wrong labels kept as correct ones",
    half: "accuracy one half",
    halfAt: (symbol: string) => `accuracy ½ at ${symbol}`,
    skill: { better: "better than chance", worse: "worse than chance", chance: "chance" },
    labels: (point: string, side: string) => ` p⋆ = ${point}: ${side}.`,
    nothingHere: "Nothing is kept here: there is nothing to learn from.",
    cell: "Selected cell",
    across: "Horizontal",
    up: "Vertical",
    pick: "Click a cell, or move the two sliders, to show the curve through it.",
    hover: "Point at a cell to read it; click it for the curve through it.",
    under: (cell: string, text: string) => `${cell}: ${text}`,
    curveOf: (cell: string) => `The curve through ${cell}`,
    open: "Open in Phase transition",
    values: (accuracy: string, skill: string) => `Accuracy ${accuracy}: ${skill}.`,
    summary: (above: string, best: string, worst: string) =>
      `The model is better than chance in ${above} of the plane. Accuracy ranges from ${worst} to ${best}.`,
    colours: "accuracy",
    nothing: "No row is kept anywhere in this plane: there is nothing to learn from.",
    crossing: (symbol: string) => `p = p⋆ at ${symbol}`,
    tableNote: "Accuracy at every fifth point of both axes; the exported files have all 2,601 cells.",
  },
  geometry: {
    heading: "Geometry",
    lead: "A linear generator and a linear verifier are two directions. Drag them, or the truth itself, on the sphere, or move them by one degree with the arrow keys.",
    truth: "truth",
    generator: "generator",
    verifier: "verifier",
    sphere: "Three directions on the sphere",
    turn: "Rotate the sphere",
    shaded: "Shaded: where a row is kept with a wrong label, as generator and verifier agree against the truth.",
    half: "accuracy with infinite data, verified; the mark is ½",
    angleOf: (name: string, angle: string) => `${name}: ${angle} from the truth`,
    truthLabel: "truth: moving it changes both angles",
    readings: "Resulting rates",
    errorRate: "wrong labels, p",
    phi: "correct labels kept, φ",
    psi: "wrong labels kept, ψ",
    breakdown: "breakdown point, p⋆",
    keepRate: "rows kept",
    keptPrecision: "kept labels correct",
    worlds: "The same p, φ and ψ in two cases",
    worldsLead:
      "The same rates can mean different things. If errors are independent of the inputs, p⋆ decides everything. If they come from directions, it matters where the kept rows lie. The accuracies are those with infinite data.",
    verifiedHead: "verified",
    unverifiedHead: "unverified",
    world: "errors are",
    independent: "independent of the inputs",
    linear: "from the directions shown",
    verified: "infinite data, verified",
    unverified: "infinite data, unverified",
    model: "the model is",
    models: { better: "better than chance", worse: "worse than chance", chance: "at chance", none: "—" },
    verdict: "verification",
    verdicts: {
      higher: "helps: a higher limit",
      lower: "hurts: a lower limit",
      sooner: "helps: the same limit, from fewer rows",
      later: "hurts: the same limit, from more rows",
      equal: "changes nothing",
      none: "keeps nothing",
    },
    quantity: "quantity",
    linearShort: "from directions",
    independentShort: "independent",
    tableNote:
      "Errors from the directions shown, beside errors that are independent of the inputs. The JSON has only the former, as the command prints it; the CSV has both.",
    below: "p is below p⋆",
    above: "p is above p⋆",
    correctButWrong: (limit: string) =>
      `Most kept labels are correct, and yet the accuracy of least squares comes to ${limit} with infinite data, worse than chance.`,
    wrongButCorrect: (limit: string) =>
      `Most kept labels are wrong, and yet the accuracy of least squares comes to ${limit} with infinite data, better than chance.`,
    agreement: {
      both: "In both cases the model is on the same side of chance, and verification does the same.",
      side: "In both cases the model is on the same side of chance, but verification helps in one of them only: the rates alone would mislead here.",
      verification:
        "The two cases differ in the side of chance on which the model is: the rates alone would mislead here.",
      neither:
        "The two cases differ in the side of chance on which the model is, and in what verification does: the rates alone would mislead here.",
    },
    sweepHeading: "As the verifier turns away",
    sweepLead:
      "The accuracy predicted for your N and d as the verifier turns away from the truth while the generator stays where it is.",
    summary: (generator: string, verifier: string, between: string) =>
      `The generator is ${generator} from the truth, the verifier ${verifier}, and they are ${between} apart.`,
  },
  generations: {
    heading: "Generations",
    lead: "The model of each round labels the data of the next. Play the rounds, or step through them.",
    play: "Play",
    pause: "Pause",
    step: "Next round",
    round: "Round",
    roundOf: (round: number, of: number) => `round ${round} of ${of}`,
    value: (value: string, curve: string) => `${value} (${curve})`,
    at: (round: number, values: string) => `After round ${round}: ${values}.`,
  },

  news: {
    heading: "News",
    lead: "A generator learns from an eighth of the human summaries and writes one of every article. Each verifier keeps a share of them, and a student learns from those alone. The articles are made up by a grammar; every model is trained here, from scratch.",
    articles: "Articles",
    fraction: "Each keeps",
    arms: "Verifiers",
    verifiers: {
      oracle: "keeps what is most like the human summary (ROUGE-1)",
      strong: "keeps what a model trained on other articles finds likeliest",
      ngram: "keeps what a word model of other summaries finds likeliest",
      self: "keeps what the generator itself finds likeliest",
      random: "keeps any",
    },
    start: "Run the experiment",
    idle: "With 1,000 articles about ten seconds on an idle machine.",
    starting: "Writing the articles …",
    done: "Finished.",
    stopped: "Stopped.",
    training: (model: string, pairs: string) => `Training on ${pairs} summaries: ${model}`,
    step: (done: string, total: string) => `${done} of ${total} steps`,
    names: {
      generator: "generator",
      strong: "model of the verifier strong",
      original: "all human summaries",
      unselected: "all generated summaries",
    },
    loss: "Loss, −log p a summary, over the training",
    rouge: "ROUGE-1 on 100 new articles, after each pass",
    judged: "What each verifier keeps and rejects",
    marks:
      "Marked are the words that the human summary has too. Shown are three of either side: from the top, the middle and the bottom of the verifier's order.",
    kept: (count: string, rouge: string) => `Kept: ${count}, mean ROUGE-1 ${rouge}`,
    rejected: (count: string, rouge: string) => `Rejected: ${count}, mean ROUGE-1 ${rouge}`,
    human: "Human:",
    machine: "Generated:",
    score: (rouge: string) => `ROUGE-1 ${rouge}`,
    written: "What the students then write of articles that no model has learned from",
    command: "The command that gives the same bytes with --format json:",
    outcome: {
      table: "What came of it",
      heads: [
        "learned from",
        "summaries",
        "ROUGE-1",
        "ROUGE-2",
        "ROUGE-L",
        "ROUGE-1 of what it learned from",
        "p",
        "p⋆",
      ],
      student: (name: string, own: string, side: string, whole: string) =>
        `The student of ${name} reaches ROUGE-1 ${own}, ${side} the student of all generated summaries (${whole}).`,
      sides: { better: "above", worse: "below", equal: "the same as" },
      one: "This is one repetition: the command with --seeds 1..6 says what is chance.",
    },
  },

  transformer: {
    heading: "Transformer",
    lead: "A small transformer learns the eigenvalues of 2 × 2 matrices from 2,500 exact examples: the generator. It answers 100,000 new matrices, a verifier keeps some of its answers, and a student of the same shape learns from those alone. Both are trained here, from scratch.",
    verifier: "Verifier",
    verifiers: {
      oracle: "oracle: keeps the correct answers",
      "noisy:0.1": "noisy oracle: also keeps 10 % of the wrong ones",
      "noisy:0.3": "noisy oracle: also keeps 30 % of the wrong ones",
      "noisy:0.5": "noisy oracle: also keeps 50 % of the wrong ones",
      random: "random: keeps any",
      none: "none: keeps all",
    },
    train: "Train both",
    idle: "About half a minute on an idle machine.",
    starting: "Drawing matrices …",
    done: "Trained.",
    stopped: "Stopped.",
    training: (model: string, step: string, steps: string, accuracy: string) =>
      `${model}: step ${step} of ${steps}, right on ${accuracy} of 500 new matrices`,
    generator: "generator",
    student: "student",
    accuracy: "Accuracy on new matrices, over the training",
    loss: "Loss, −log p a token, over the training",
    examples: "Matrices that no model has seen",
    matrix: "A symmetric matrix",
    values: (exact: string, answer: string) => `Eigenvalues ${exact}. Answer ${answer}:`,
    right: "correct",
    wrong: "wrong",
    command: "The command that does the same:",
    outcome: {
      generator: (accuracy: string, pool: string, p: string) =>
        `The generator is right on ${accuracy} of 5,000 new matrices. Of its answers to ${pool} others ${p} are wrong (p).`,
      verifier: (verifier: string, phi: string, psi: string, rows: string, correct: string) =>
        `The verifier (${verifier}) has φ = ${phi} and ψ = ${psi}. The student learned from ${rows} answers, ${correct} of them correct.`,
      side: (p: string, sign: string, point: string) => `p = ${p} ${sign} p⋆ = ${point}.`,
      student: (accuracy: string, side: string) =>
        `The student is right on ${accuracy} of the same 5,000 matrices: ${side}.`,
      sides: {
        better: "better than its generator",
        worse: "worse than its generator",
        equal: "as good as its generator",
      },
      one: "This is one repetition; the command with more seeds says what is chance.",
    },
  },

  data: {
    heading: "Your data",
    lead: "You have a file of generated rows, a verifier that keeps some of them, and human labels for a few: correct or wrong. That is enough to tell on which side of p⋆ the kept rows are.",
    local: "The file never leaves this page: it is read in your browser and not sent anywhere.",
    drop: "Drop a file of rows anywhere here, or choose one",
    example: "Try an example",
    readAs: (form: string) => `Read as ${form}`,
    forms: { jsonl: "JSON lines", json: "JSON", csv: "CSV", parquet: "Parquet", arrow: "Arrow" },
    firstRows: "The first rows of the file, and what each column is read as",
    reading: (name: string, percent: string) => `reading ${name}, ${percent}`,
    read: (name: string, rows: string, audited: string) => `${name}: ${rows} rows, ${audited} with a human label`,
    fields: "Fields of the file",
    none: "none",
    correct: "Human label",
    correctHint:
      "True if a human found the label correct, false if wrong; empty in all other rows. If the file uses other words, enter them below.",
    true: "Words for correct",
    false: "Words for wrong",
    missing: "Words for no label",
    wordsHint: "Separated by commas, such as accept, ok.",
    kept: "Kept by the verifier",
    keptHint: "The verifier's decision for each row.",
    score: "Or its score",
    scoreHint: "Rows whose score is at least the threshold are kept.",
    threshold: "Threshold",
    thresholdHint: "If empty, the threshold that the labels recommend is used.",
    by: "Slices by",
    weight: "Design weight",
    design: "Labelled rows were sampled",
    designs: { simple: "at random from all rows", stratified: "at random within kept and rejected rows" },
    classes: "Classes",
    confidence: "Confidence",
    choose: "Choose the field with the human label, and the one with the verifier's decision or score.",
    sides: { below: "below p⋆", above: "above p⋆", inconclusive: "inconclusive" },
    comparison: { better: "better than random rows", worse: "worse than random rows", inconclusive: "inconclusive" },
    sideName: "The generator is",
    verifierName: "The verifier is",
    stop: ".",
    aboutBetween: "; ",
    unknown: "an unknown share",
    span: (estimate: string, low: string, high: string) => `${estimate} (${low} to ${high})`,
    quantity: "quantity",
    estimate: "estimate",
    interval: (confidence: string) => `${confidence} interval`,
    rates: {
      errorRate: "wrong labels, p",
      phi: "correct labels kept, φ",
      psi: "wrong labels kept, ψ",
      breakdown: "breakdown point, p⋆",
      margin: "margin, p⋆ − p",
      keptPrecision: "kept labels correct",
      keepRate: "rows kept",
      youden: "Youden's J, φ − ψ",
      gain: "the verifier's gain",
    },
    slices: "Slices",
    slice: "slice",
    rows: "rows",
    audited: "labelled",
    remarks: "Remarks",
    unreadable: (count: string) => `${count} rows could not be used:`,
    line: (line: number, reason: string) => `line ${line}: ${reason}`,
    fault: "This file could not be audited.",
    command: "The same on the command line:",
  },

  controls: {
    heading: "Settings",
    preset: "Preset",
    reset: "Reset",
    axes: "Axes",
    measure: "Show",
    x: "Horizontal axis",
    from: "from",
    to: "to",
    steps: "points",
    logarithmic: "logarithmic",
    series: "One curve per",
    noSeries: "a single curve",
    curve: "curve",
    values: "values",
    valuesHint: (most: number) => `up to ${most}, separated by commas`,
    groups: {
      generator: "Generator",
      verifier: "Verifier",
      data: "Data",
      learner: "Learner",
      run: "Rows and runs",
    },
    sweptAlong: "varies along the horizontal axis",
    sweptBy: "varies from curve to curve",
    independent: "independent directions",
    slider: (label: string) => `${label}, slider`,
    outOf: (min: string, max: string) => `Enter a number from ${min} to ${max}.`,
    notNumbers: "Enter numbers separated by commas.",
  },
  properties: {
    "generator.kind": [
      "Kind",
      "How labels are made: random flips, a rule at an angle to the truth, or a rule trained on a few clean rows.",
    ],
    "generator.errorRate": ["Error rate", "Probability that a label is wrong."],
    "generator.errorRate0": ["Error rate of class 0", "Probability that a label of the class y = −1 is wrong."],
    "generator.errorRate1": ["Error rate of class 1", "Probability that a label of the class y = 1 is wrong."],
    "generator.angle": ["Angle to the truth", "Between the generator's direction and the truth."],
    "generator.samples": ["Clean training rows", "What the generator is trained on."],
    "generator.lambda": ["Penalty", "Ridge penalty of the generator."],
    "verifier.kind": ["Kind", "Which synthetic rows are kept."],
    "verifier.phi": ["Correct labels kept", "Probability of keeping a correct label."],
    "verifier.psi": ["Wrong labels kept", "Probability of keeping a wrong label."],
    "verifier.phi0": ["Correct labels of class 0 kept", "Probability of keeping a correct label of the class y = −1."],
    "verifier.phi1": ["Correct labels of class 1 kept", "Probability of keeping a correct label of the class y = 1."],
    "verifier.psi01": ["Class 0 labelled 1, kept", "Probability of keeping a row of class 0 with the wrong label."],
    "verifier.psi10": ["Class 1 labelled 0, kept", "Probability of keeping a row of class 1 with the wrong label."],
    "verifier.angle": ["Angle to the truth", "Between the verifier's direction and the truth."],
    "verifier.angleToGenerator": ["Angle to the generator", "Between the two directions."],
    "verifier.keep": ["Share kept", "Fraction of the rows that is kept."],
    "verifier.low": ["Margins above", "Label times distance from the boundary; rows of a larger margin are kept."],
    "verifier.high": ["Margins up to", "The largest margin that is kept."],
    "verifier.samples": ["Clean training rows", "What the verifier is trained on."],
    "verifier.lambda": ["Penalty", "Ridge penalty of the verifier."],
    "verifier.poison": ["Poison", "Fraction of the verdicts that is flipped."],
    "verifier.relearn": ["Retrained in every generation", "Otherwise it is trained once, at the start."],
    "data.kind": ["Inputs", "Two Gaussian classes, or one Gaussian divided by a plane."],
    "data.dim": ["Dimension", "Dimension of the inputs."],
    "data.meanNorm": ["Signal to noise", "Distance of each class from the midpoint; the best rule has accuracy Φ(r)."],
    "data.covariance": ["Covariance", "Covariance of the inputs."],
    "data.covariance.exponent": ["Exponent", "The i-th eigenvalue is proportional to i to minus this power."],
    "data.covariance.values": [
      "Variances",
      "One per dimension, separated by commas; 0.5*20 means twenty times 0.5. Empty: all are 1.",
    ],
    "data.covariance.rows": ["Matrix", "Its rows, separated by semicolons: 1, 0.3; 0.3, 1. Empty: the identity."],
    "learner.kind": ["Kind", "What is trained on the kept rows."],
    "learner.lambda": ["Penalty", "On the squared weights, per row."],
    "learner.loss": ["Loss", "Loss of the single pass."],
    "learner.learningRate": ["Learning rate", "Step length of the single pass."],
    "learner.solver": ["Solver", "How the weights are computed."],
    samples: ["Rows generated", "Before verification."],
    realSamples: ["Clean rows mixed in", "Rows with true labels, added to the synthetic ones."],
    generations: ["Generations", "Rounds; the model of each labels the data of the next."],
    policy: ["Later rounds are trained on", "Their own rows, these and fresh clean ones, or all rows so far."],
    trials: ["Trials", "Independent repetitions of each point."],
    seed: ["Seed", "The same seed gives the same bits, here and on the command line."],
    engine: [
      "Engine",
      "Reduced: the same law without drawing every row; direct: every row is drawn; or the theory alone.",
    ],
    precision: ["Precision", "Arithmetic of the drawn rows."],
  },
  choices: {
    noise: "noise: random flips",
    "noise-by-class": "noise by class: flips at a rate of each",
    linear: "linear: a direction",
    learned: "learned from clean rows",
    none: "none: keeps all rows",
    random: "random: keeps a share",
    oracle: "oracle: keeps the correct labels",
    bernoulli: "bernoulli: φ and ψ",
    classwise: "classwise: φ and ψ by class",
    top: "top: the largest margins",
    "keep-hard": "keep-hard: the rows nearest to its boundary",
    "keep-easy": "keep-easy: the rows farthest from it",
    slab: "slab: margins between two bounds",
    mixture: "two Gaussian classes",
    isotropic: "one Gaussian, cut in half",
    identity: "identity",
    "power-law": "power law",
    diagonal: "diagonal: one variance per dimension",
    matrix: "matrix",
    ridge: "ridge",
    mean: "class mean",
    sgd: "single pass of SGD",
    perceptron: "perceptron, single pass",
    logistic: "logistic",
    squared: "squared",
    auto: "auto",
    cholesky: "Cholesky",
    "conjugate-gradients": "conjugate gradients",
    "newton-cg": "Newton",
    replace: "their own rows (replace)",
    mix: "their own and fresh clean rows (mix)",
    accumulate: "all rows so far (accumulate)",
    theory: "theory",
    reduced: "reduced",
    direct: "direct",
    f32: "single (f32)",
    f64: "double (f64)",
    true: "yes",
    false: "no",
  },
  presets: {
    "phase-transition": "The phase transition",
    "oracle-vs-weak": "Oracle or weak verifier",
    "sample-size": "More rows",
    angles: "Angles of generator and verifier",
    "real-and-synthetic": "Clean rows mixed in",
    "poisoned-verifier": "A poisoned verifier",
    "keep-fraction": "How much to keep",
    generations: "With and without a verifier",
    "accumulate-vs-replace": "Replace, mix or accumulate",
  },

  figure: {
    drawAll: "Draw every row",
    drawAllIn: (seconds: number) => `Draw every row (about ${rough(seconds, "s", "min", "h")})`,
    drawAllHint: "Runs the direct engine: every row is really drawn, without using the theory.",
    stop: "Stop",
    retry: "Try again",
    reload: "Reload",
    causes: {
      simd: "This browser is too old to compute here: its WebAssembly lacks SIMD, which Chrome has since 91, Firefox since 89 and Safari since 16.4.",
      policy: "The server of this page forbids WebAssembly: its content security policy needs 'wasm-unsafe-eval'.",
      script: "A script of this page could not be loaded: it is missing on the server, or the network is gone.",
      stopped: "The part of the page that computes has stopped.",
      other: "This could not be computed.",
    },
    nothingYet: "Nothing has been computed yet.",
    idle: "Press “Draw every row” to run the direct engine.",
    computing: (percent: string) => `computing, ${percent}`,
    finished: (points: string, engine: string, seed: string) => `${points} points, ${engine} engine, seed ${seed}`,
    stopped: (points: string, planned: string) => `stopped: ${points} of ${planned} points computed`,
    noTheory: "Some curves have no theory:",
    fault: "This could not be computed.",
    faultHint: "Change a setting, or try again.",
    settingsFault: "These settings contradict each other.",
    table: "The numbers as a table",
    tableNote: "p, φ, ψ and p⋆ are the values realised in the simulation.",
    moreRows: (more: string, all: string) => `Show ${more} more rows (of ${all})`,
    between: "; ",
    fullStop: ".",
    exports: "Export",
    png: "PNG",
    csv: "CSV",
    json: "JSON",
    link: "Copy link",
    copied: "Copied.",
    notCopied: "Copying failed; select the text instead.",
    command: "The command that reproduces this figure to the last bit:",
    copyCommand: "Copy command",
    se: "± se",
    theory: "theory",
    simulated: (value: string, place: string) => `simulated ${value}${place === "" ? "" : ` (at ${place})`}`,
    readAt: "Read the curves at",
    curves: "Curves: press one to hide it",
    undo: "Undo",
    pin: "Pin the curves",
    unpin: "Unpin",
    pinHint: "Keeps these curves in grey behind the next ones.",
    svg: "SVG",
    flat: (setting: string) => `Nothing in this figure reads ${setting}: its curves are flat.`,
    kept: "kept",
    status: "remark",
    canvas: (title: string) => `Figure: ${title}. Its content is in the sentence and the table below it.`,
  },
  summary: {
    waiting: "Computing …",
    sides: {
      chance: ["better than chance", "worse than chance"] as Sides,
      direction: ["towards the truth", "away from the truth"] as Sides,
    },
    crossing: (series: string, point: string, [better, worse]: Sides) =>
      `${series}: ${better} below p⋆ = ${point}, ${worse} above it.`,
    turns: (series: string, places: readonly string[], sides: Sides) =>
      `${series}: ${places.map((place, i) => `${sides[i % 2]} up to ${place}`).join(", ")}, ${sides[places.length % 2]} past it.`,
    undecided: (series: string, upTo: string, from: string, [before, after]: Sides) =>
      `${series}: ${before} up to ${upTo}, ${after} from ${from} on; in between the simulation does not decide.`,
    nothing: (series: string) => `${series}: nothing is kept, so there is nothing to learn from.`,
    rounds: (rounds: string) => `After the last of ${rounds} generations:`,
    range: (series: string, first: string, from: string, last: string, to: string) =>
      `${series}: ${first} at ${from}, ${last} at ${to}.`,
    best: (value: string, at: string) => `The best value is ${value}, at ${at}.`,
    only: "The curve",
  },
  notices: {
    heading: "This link was corrected",
    dismiss: "Close",
    repaired: (key: string, given: string, used: string) =>
      used === "" ? `${key} = “${given}” was ignored.` : `${key} = “${given}” was changed to ${used}.`,
    conflict: (message: string, used: string) =>
      used === ""
        ? `The settings contradict each other, so the view was reset. ${message}`
        : `${message}: now ${used}.`,
    unknown: (key: string) => `“${key}” is not known here and was ignored.`,
    repeated: (key: string) => `“${key}” is given twice; the first value is used.`,
    version: (given: string) =>
      `The link has version “${given}”, but this page reads version 1, so the view was reset.`,
    long: (length: string) =>
      `The link has ${length} characters, more than any link that this page writes, so the view was reset.`,
  },
  figureWords: english,
};

/** All words of one language. */
export type Messages = Widened<typeof en>;

/** The shape of the messages: which key, and which parameters; any text will do. */
type Widened<T> = T extends string
  ? string
  : T extends FigureWords | Sides
    ? T
    : T extends (...args: infer A) => string
      ? (...args: A) => string
      : { readonly [K in keyof T]: Widened<T[K]> };

/** A time in one unit, to one digit of ten above ten: nobody can know it better. */
export function rough(
  seconds: number,
  ...[second, minute, hour]: [second: string, minute: string, hour: string]
): string {
  const [count, unit] =
    seconds < 90 ? [seconds, second] : seconds < 5400 ? [seconds / 60, minute] : [seconds / 3600, hour];
  const rounded = count < 10 ? Math.ceil(count) : Math.ceil(count / 10) * 10;
  return `${rounded} ${unit}`;
}

/** The words of a language; whoever reads English need not wait for a file. */
export async function loadMessages(language: Language): Promise<Messages> {
  switch (language) {
    case "en":
      return en;
    case "zh":
      return (await import("./chinese.js")).zh;
    default:
      throw new Error(`unknown language ${language satisfies never}`);
  }
}

/** For the `lang` of the page, and for the formatting of numbers. */
export const languageTags: Readonly<Record<Language, string>> = { en: "en", zh: "zh-Hans" };

/** As each language calls itself. */
export const languageNames: Readonly<Record<Language, string>> = { en: "English", zh: "简体中文" };
