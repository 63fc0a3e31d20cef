// What the core says of a fault, in Chinese: sentences and their parts by pattern, with the figures and names kept. A part
// without a pattern stays as it is; what has none at all is quoted in a Chinese sentence. test/web/reasons.test.ts provokes the faults and finds no English left.

type Rule = readonly [pattern: RegExp, text: (...parts: string[]) => string];

/** Whole sentences. */
const sentences: readonly Rule[] = [
  [
    /^(.+) must have at most (\d+) characters, got (\d+)$/,
    (field, most, got) => `${field} 不得超过 ${most} 个字符，现为 ${got} 个`,
  ],
  [/^line (\d+): (.+)$/, (line, reason) => `第 ${line} 行：${chineseReason(reason)}`],
  [/^the theory does not apply to (.+)$/, (why) => `理论不适用：${chineseReason(why)}`],
  [/^there is no theory of this scenario: (.+?)(?:; (.+))?$/, (why) => `此场景没有理论：${chineseReason(why)}`],
  [
    /^the (\w+) engine does not apply: (.+); engine: auto takes .+$/,
    (engine, why) => `${engine} 引擎不适用：${chineseReason(why)}；把引擎设为 auto 即可`,
  ],
  [/^(learner\.kind sgd): one pass has no theory here$/, (what) => `${what}：单遍训练在此没有理论`],
  [
    /^(.+): the theory needs data\.covariance identity$/,
    (what) => `${what === "several generations" ? "多个世代" : what}：理论要求 data.covariance 为 identity`,
  ],
  [
    /^policy accumulate: rows depend on the models that they taught$/,
    () => "policy accumulate：各行取决于由它们训练出的模型",
  ],
  [
    /^ridge on accumulated rows has no reduction: .+$/,
    () => "在累积的行上做岭回归没有约化：各行取决于由它们训练出的模型",
  ],
  [/^batch logistic regression has no reduction$/, () => "批量逻辑回归没有约化"],
  [/^the reduction needs data\.covariance identity$/, () => "约化要求 data.covariance 为 identity"],
  [/^a top-fraction verifier ranks at most (\d+) rows$/, (most) => `按间隔取最大者的验证器最多排序 ${most} 行`],
  [/^(.+) needs (.+) of memory, and (.+)$/, (what, size, why) => `${task(what)}需要 ${size} 内存，而${limit(why)}`],
  [/^the eigenvalues of data\.covariance did not converge$/, () => "data.covariance 的特征值没有收敛"],
  [
    /^the WebAssembly core could not be compiled; .+?: (.+)$/,
    (why) => `无法编译 WebAssembly 核心；它需要 SIMD 与 'wasm-unsafe-eval'：${chineseReason(why)}`,
  ],
  [
    /^the core speaks version (\S+), this host version (\S+); build again$/,
    (core, host) => `核心为版本 ${core}，页面为版本 ${host}，请重新加载`,
  ],
  [/^its file was answered with (\d+)$/, (status) => `其文件得到的应答是 ${status}`],
  [/^Failed to fetch$/, () => "无法取得文件"],
  [/^the worker's script could not be loaded$/, () => "无法加载计算线程的脚本"],
  [/^a message could not be read$/, () => "无法读取消息"],
  [/^no row is kept, so there is nothing to learn from$/, () => "没有保留任何行，无从学起"],

  [/^(.+) has no rows$/, (file) => `${file} 没有任何行`],
  [
    /^rows drawn within kept and rejected ones need the threshold by which they were drawn$/,
    () => "在保留与拒绝中分别抽取的行，需要当时所用的阈值",
  ],
  [/^these labels recommend no threshold; set one$/, () => "这些标签推荐不出阈值，请自行设定"],
  [
    /^(.+) has more than (\d+) values \((.+), …\): slices need a field with few$/,
    (field, most, some) => `${field} 有超过 ${most} 个取值（“${some}”等），分组需要取值不多的字段`,
  ],
  [
    /^(\d+) rows? ha(?:s a value|ve values) in (".*") that must be (.+) and cannot be understood, so nothing is estimated\n(.+)$/s,
    (rows, field, expected, list) =>
      `${field} 中有 ${rows} 行的值须${rule(expected)}，无法理解，因此不作任何估计：${list
        .split("\n")
        .map((line) => translated(unknownValues, line.trim()))
        .join("；")}`,
  ],
  [
    /^no row has a field (".*?")(?: \(did you mean (.+)\?\))?; (?:its fields are (.+)|the rows are empty)$/,
    (field, meant, fields) =>
      `没有一行有字段 ${field}${meant ? `（是否指 ${meant}？）` : ""}；${fields ? `字段有 ${fields}` : "各行都是空的"}`,
  ],
  [/^its only row cannot be used; (.+)$/, (why) => `仅有的一行无法使用；${chineseReason(why)}`],
  [/^(\d+) rows? ha(?:s|ve) no score and count as rejected$/i, (rows) => `有 ${rows} 行没有分数，视为拒绝`],
  [
    /^(\d+) rows? ha(?:s|ve) NaN or Infinity, which JSON does not have: they were read as Python writes them$/i,
    (rows) => `有 ${rows} 行含 JSON 没有的 NaN 或 Infinity，已按 Python 的写法读取`,
  ],
  [
    /^(\d+) of its (\d+) rows cannot be used(?:; (.+))?$/,
    (bad, all, why) => `其 ${all} 行中有 ${bad} 行无法使用${why ? `；${chineseReason(why)}` : ""}`,
  ],
  [/^none of its (\d+) rows has a human label in (.+)$/, (rows, field) => `其 ${rows} 行在 ${field} 中都没有人工标签`],
  [/^this browser does not unpack (.+); unpack the file first$/, (form) => `此浏览器不能解压 ${form}，请先解压此文件`],
  [/^not a JSON object(?:; .+)?$/, () => "它不是 JSON 对象"],
  [/^not JSON(?:; .+)?$/, () => "它不是 JSON"],
  [/^not UTF-8$/, () => "它不是 UTF-8"],
  [/^longer than (\d+) bytes(?:: (\d+))?$/, (limit, bytes) => `超过 ${limit} 字节${bytes ? `：${bytes}` : ""}`],
  [
    /^it has (\d+) fields, and the first row names (\d+)$/,
    (has, names) => `它有 ${has} 个字段，而首行列出 ${names} 个`,
  ],
  [/^(.+) is missing$/, (field) => `缺少 ${field}`],

  [/^there is no row$/i, () => "没有任何行"],
  [/^no row is audited, so only the keep rate is known$/i, () => "没有任何行经过人工检查，除保留率外一无所知"],
  [/^only (\d+) rows? (?:is|are) audited: the intervals are wide$/i, (rows) => `只有 ${rows} 行经过人工检查：区间很宽`],
  [/^every row is kept, so nothing is known of a verifier$/i, () => "每一行都被保留，对验证器一无所知"],
  [/^no kept row is audited, so their precision is not known$/i, () => "保留的行都没有人工标签，其正确率未知"],
  [/^no rejected row is audited, so φ, ψ and p are hardly known$/i, () => "拒绝的行都没有人工标签，φ、ψ 与 p 几乎未知"],
  [
    /^the weights are very unequal: (\d+) rows? (?:is|are) audited, and tell about as much as (.+) would$/i,
    (rows, worth) => `权重相差很大：有 ${rows} 行经过人工检查，所含信息约等于 ${worth} 行`,
  ],
  [
    /^every row is audited: a stratified audit takes the keep rate from all rows of the file, audited or not$/i,
    () => "每一行都经过人工检查：分层检查的保留率取自文件的全部行",
  ],
  [
    /^(.+ %) of the audited rows and (.+ %) of all rows are kept: they do not look like a simple random sample; .+$/i,
    (audited, all) => `经检查的行保留了 ${audited}，全部行保留了 ${all}：看来不是简单随机样本；是否分层抽取？`,
  ],
  [
    /^one p, φ and ψ does not describe all slices: all (\d+) differ from the others beyond chance$/i,
    (all) => `一组 p、φ、ψ 不能描述所有分组：全部 ${all} 组与其他组的差别都超出偶然`,
  ],
  [
    /^one p, φ and ψ does not describe all slices: (.+?)(?: and (\d+) more)? differs? from the others beyond chance$/i,
    (names, more) =>
      `一组 p、φ、ψ 不能描述所有分组：${names}${more ? ` 以及另外 ${more} 个` : ""} 与其他组的差别超出偶然`,
  ],
  // Last, as a sentence may end with another.
  [
    /^(.+?) must be (.+), got (.+?)(?: \((.+)\))?$/,
    (field, expected, got, where) =>
      `${field} 须${rule(expected)}，现为 ${value(got)}${where ? `（${translated(sentences, where)}）` : ""}`,
  ],
];

/** A line of the account of values that are not understood. */
const unknownValues: readonly Rule[] = [
  [
    /^(.+): (\d+) rows?, first in line (\d+)$/,
    (text, rows, line) => `${value(text)} 有 ${rows} 行，首见于第 ${line} 行`,
  ],
  [/^(.+): (\d+) rows?, read as (true|false)$/, (text, rows, means) => `${text} 有 ${rows} 行，读作 ${means}`],
  [/^and other values$/, () => "以及其他取值"],
];

/** What a setting must be; each follows “须”. */
const rules: readonly Rule[] = [
  [/^a number above 0(?: \((.+) to (.+)\))?$/, (from, to) => `为大于 0 的数${from ? `（${from} 至 ${to}）` : ""}`],
  [/^a finite number$/, () => "为有限的数"],
  [
    /^(a number|an integer) (.+)$/,
    (what, where) => `为${rule(where).replace(/^为/, "")}${what === "a number" ? "的数" : "的整数"}`,
  ],
  [
    /^in (\[.+?\])(?: \((.+?)\))?, what generator\.angle and verifier\.angle allow$/,
    (range, degrees) =>
      `在 ${range}${degrees ? `（${degrees.replace(" to ", " 至 ")}）` : ""} 内，这是 generator.angle 与 verifier.angle 所允许的`,
  ],
  [/^in (\[.+?\]) radians \(.+\)$/, (range) => `在 ${range} 弧度内`],
  [/^in (\[.+\])$/, (range) => `在 ${range} 内`],
  [/^(?:of )?at least (\S+), the dimensions that the angles span$/, (least) => `至少为 ${least}，即这些角所张成的维数`],
  [/^(?:of )?at least (\S+)$/, (least) => `不小于 ${least}`],
  [/^at most (\S+)$/, (most) => `不大于 ${most}`],
  [
    /^above (\S+), as (\d+) rows cannot determine (\d+) weights$/,
    (above, rows, weights) => `大于 ${above}，因为 ${rows} 行定不出 ${weights} 个权重`,
  ],
  [/^above (\S+), as separable rows have no finite optimum$/, (above) => `大于 ${above}，因为可分的行没有有限的最优解`],
  [/^above (\S+) on a log scale$/, (above) => `在对数刻度上大于 ${above}`],
  [/^above (\S+) \(.+\)$/, (above) => `大于 ${above}`],
  [/^above (\S+)$/, (above) => `大于 ${above}`],
  [/^one of (.+) for (\w+)$/, (list, owner) => `为 ${list.replaceAll(", ", "、")} 之一（${owner}）`],
  [/^one of (.+)$/, (list) => `为 ${list.replaceAll(", ", "、")} 之一`],
  [/^true or false$/, () => "为 true 或 false"],
  [/^one value of at most (\d+) characters$/, (most) => `为不超过 ${most} 个字符的单个值`],
  [/^simple or stratified$/, () => "为 simple 或 stratified"],
  [/^a list of data\.dim = (\d+) entries \(it has (\d+)\)$/, (dim, has) => `有 data.dim = ${dim} 项（现有 ${has} 项）`],
  [/^a list of at most (\d+) rows$/, (most) => `至多有 ${most} 行`],
  [/^a list of at most (\d+) values$/, (most) => `至多有 ${most} 个值`],
  [/^a list of at least one value$/, () => "至少有一个值"],
  [/^a grid of at most (\d+) cells$/, (most) => `不超过 ${most} 格`],
  [/^unlike the values before it$/, () => "与前面的值不同"],
  [/^other than from$/, () => "与 from 不同"],
  [/^within 300 decades of from$/, () => "与 from 相差不超过 300 个数量级"],
  [/^(.+), as the matrix is symmetric$/, (twin) => `为 ${twin}，因为矩阵是对称的`],
  [/^positive definite, which fails at row (\d+) \(from 0\)$/, (row) => `正定，而在第 ${row} 行（从 0 起）不成立`],
];

export const names: Readonly<Record<string, string>> = {
  ConfigError: "设置有误",
  ArgumentError: "参数有误",
  DataError: "数据有误",
  UnknownValuesError: "有无法理解的取值",
  RangeError: "数据有误",
  MemoryLimitError: "内存不足",
  EmptyKeptSetError: "没有保留任何行",
  SingularSystemError: "方程组奇异",
  DivergedError: "没有收敛",
  CoreError: "核心无法启动",
  WorkerError: "计算线程失败",
  TypeError: "出错",
  Error: "出错",
};

/** What the core said, in Chinese. */
export function chineseReason(message: string): string {
  const found = translated(sentences, message);
  // Whole, as it is: nothing is worse than a fault that nobody can look up.
  return found === message && /[A-Za-z]{2}.* /.test(message) ? `计算报告了一个错误，原文为“${message}”` : found;
}

function rule(expected: string): string {
  return translated(rules, expected);
}

function value(got: string): string {
  const known: Readonly<Record<string, string>> = {
    undefined: "空",
    null: "空",
    "a list": "一个列表",
    "an object": "一个对象",
  };
  return known[got] ?? got;
}

function limit(why: string): string {
  if (why === "the machine gave no more") return "机器不再提供";
  return why.replace(/^WebAssembly addresses at most (.+)$/, "WebAssembly 最多寻址 $1");
}

function task(what: string): string {
  return translated(
    [
      [/^a direct run of (\d+) rows in (\d+) dimensions$/, (rows, dim) => `直接运行 ${rows} 行、${dim} 维`],
      [/^(\d+) rows in (\d+) dimensions$/, (rows, dim) => `${rows} 行、${dim} 维`],
      [/^the covariance in (\d+) dimensions$/, (dim) => `${dim} 维的协方差`],
      [/^the scores of (\d+) rows$/, (rows) => `${rows} 行的分数`],
      [/^the draws of (\d+) audited rows$/, (rows) => `${rows} 行的重抽样`],
      [/^this$/, () => "此项"],
    ],
    what,
  );
}

function translated(list: readonly Rule[], text: string): string {
  for (const [pattern, write] of list) {
    const found = pattern.exec(text);
    if (found) return write(...found.slice(1));
  }
  return text;
}
