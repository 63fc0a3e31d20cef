import type { checkSentences } from "../../src/audit/checkReasons.js";
import { isNegative, type lineSentences, namesIn, tenths, whole } from "../../src/audit/lines.js";
import type { IntervalMethod } from "../../src/audit/options.js";
import type { auditSentences, NotUnderstood } from "../../src/audit/reasons.js";
import type { sheetSentences } from "../../src/audit/sheet/reasons.js";
import type { Interval } from "../../src/audit.js";
import { type coreSentences, reasonOf } from "../../src/core/errors.js";
import { type Bounds, type ruleSentences, say, type Translation } from "../../src/core/reasons.js";
import type { engineSentences } from "../../src/engine/reasons.js";
import type { Reason } from "../../src/index.js";
import { exactNumber, formatNumber, percent, shortPercent } from "../../src/model/format.js";
import type { modelSentences } from "../../src/model/reasons.js";
import type { rowSentences } from "../../src/rows/reasons.js";
import type { workerSentences } from "../compute/calculatorWorker.js";

// Every reason that the page can meet, in Chinese: a table for each room, complete by type. A rule, what a value must be,
// follows “须”; what a browser says is quoted as it is.

const rules: Translation<typeof ruleSentences> = {
  described: ({ text }) => `为 ${text}`,
  "in-interval": (bounds) => interval(bounds),
  "a-number": (bounds) => `为${interval(bounds)}的数`,
  "an-integer": (bounds) => `为${interval(bounds)}的整数`,
  "a-finite-number": () => "为有限的数",
  "one-of": ({ values }) => `为 ${values.join("、")} 之一`,
  "true-or-false": () => "为 true 或 false",
};

function interval({ low, above, high }: Bounds): string {
  if (above !== undefined) return high === undefined ? `大于 ${above}` : `在 (${above}, ${high}] 内`;
  if (high === undefined) return `不小于 ${low}`;
  if (low === undefined) return `不大于 ${high}`;
  return `在 [${low}, ${high === Number.MAX_SAFE_INTEGER ? "2^53 − 1" : high}] 内`;
}

const core: Translation<typeof coreSentences> = {
  "must-be": ({ field, rule, got }) => `${field} 须${chinese(rule)}，现为 ${value(got)}`,
  "memory-beyond-webassembly": ({ what, mebibytes }) =>
    `${chinese(what)}需要 ${mebibytes} MiB 内存，而 WebAssembly 最多寻址 4 GiB`,
  "memory-not-given": ({ what, mebibytes }) => `${chinese(what)}需要 ${mebibytes} MiB 内存，而机器无法再提供`,
  "at-most-4-gibibytes": () => "不超过 4096 MiB",
  "this-work": () => "此项",
  "a-direct-run": ({ rows, dim }) => `直接抽取 ${rows} 行、${dim} 维`,
  "drawn-rows": ({ rows, dim }) => `${rows} 行、${dim} 维`,
  "fitting-rows": ({ rows, dim }) => `拟合 ${rows} 行、${dim} 维`,
  "a-covariance-in": ({ dim }) => `${dim} 维的协方差`,
  "scores-of": ({ rows }) => `${rows} 行的分数`,
  "draws-of-audited": ({ rows }) => `${rows} 行的重抽样`,
  "core-not-compiled": ({ why }) =>
    `无法编译 WebAssembly 核心；它需要 SIMD 与 'wasm-unsafe-eval'；若环境无法编译字节，请通过 load({ module }) 传入 pstar/core.wasm 的已编译模块：${chinese(why)}`,
  "other-core": () => "这个模块是另一个核心的",
  "core-without-memory": () => "系统没有为 WebAssembly 提供启动所需的地址空间；请放宽地址上限（ulimit -v）",
  "core-of-another-version": ({ core, host }) => `核心为版本 ${core}，页面为版本 ${host}，请重新加载`,
  "core-unknown-kind": () => "此引擎的核心不认识实验中的某个种类，因此什么也没有计算",
  "matrix-not-converged": () => "一个矩阵的特征值没有收敛",
  "eigenvalues-not-converged": () => "data.covariance 的特征值没有收敛",
  "nothing-kept": () => "没有保留任何行，无从学起",
  "singular-system": ({ rows, dim, lambda }) =>
    `${rows} 行、${dim} 维的最小二乘方程组是奇异的；lambda 须大于 0，现为 ${lambda}`,
  "weights-not-finite": ({ learningRate }) =>
    `权重不是有限的数；learningRate 须更小，且 x 须有限，现为 ${learningRate}`,
};

const model: Translation<typeof modelSentences> = {
  text: () => "为文本",
  "at-most-characters": ({ most }) => `不超过 ${most} 个字符`,
  "without-control-characters": () => "不含控制字符",
  "an-angle": () => '在 [0, π] 弧度内（数，或如 "30deg" 的文本）',
  "a-mapping-of-settings": () => "为各项设置的映射",
  "a-mapping-of": ({ keys }) => `为 ${keys.join("、")} 的映射`,
  "a-mapping-of-paths": () => "为从设置路径到取值的映射",
  "a-path": () => "为一项设置的路径",
  "a-setting": ({ swept }) => (swept ? "为可以变化的设置" : "为一项设置"),
  "a-list-of-values": () => "为取值的列表",
  "a-list-or-range": () => "为取值的列表，或范围 {from, to, steps}",
  "a-mapping-of-zipped-paths": () => "为至少两条设置路径的映射，各轴一同变化",
  "a-list-of-groups": () => "为一同变化的轴的各组的列表",
  "zipped-once": () => "只在 zip 的一组中出现",
  "swept-once": () => "只在一处变化，而 zip 中已有它",
  "as-long-as": ({ path, length, has }) => `与同组的 ${path} 一样长（${length} 个值；现有 ${has} 个）`,
  "a-formula": ({ fault }) =>
    `为由其他设置得出的公式，如 1/rows（${
      fault.code === "name"
        ? `${fault.name} 不是取数值的设置`
        : fault.code === "length"
          ? "太长"
          : `第 ${fault.at + 1} 个字符处读不下去`
    }）`,
  "a-formula-without-a-circle": () => "为不依赖自身取值的公式",
  "unlike-points-before": () => "为各点互不相同的列表",
  "at-least-one-value": () => "至少有一个值",
  "at-most-values": ({ most }) => `至多有 ${most} 个值`,
  "unlike-those-before": () => "与前面的值不同",
  "other-than-from": () => "与 from 不同",
  "above-0-on-a-log-scale": () => "在对数刻度上大于 0",
  "within-decades-of-from": ({ decades }) => `与 from 相差不超过 ${decades} 个数量级`,
  "a-grid-of-at-most": ({ most }) => `不超过 ${most} 格`,

  "a-covariance": () => "为 identity，或 kind 为 power-law、diagonal、matrix 之一的映射",
  "a-list-of-numbers": () => "为数的列表",
  "a-list-of-rows": () => "为行的列表",
  "at-most-rows": ({ most }) => `至多有 ${most} 行`,
  "as-long-as-dim": ({ dim, has }) => `有 data.dim = ${dim} 项（现有 ${has} 项）`,
  symmetric: ({ twin }) => `为 ${twin}，因为矩阵是对称的`,
  "positive-definite": ({ row }) => `正定，而在第 ${row} 行（从 0 起）不成立`,

  "allowed-by-the-angles": ({ low, high, degrees }) =>
    `在 [${low}, ${high}]（${degrees.join(" 至 ")}）内，这是 generator.angle 与 verifier.angle 所允许的`,
  "enough-for-the-angles": ({ least }) => `至少为 ${least}，即这些角所张成的维数`,
  "above-0-for-few-rows": ({ rows, weights }) => `大于 0，因为 ${rows} 行定不出 ${weights} 个权重`,
  "above-0-for-separable-rows": () => "大于 0，因为可分的行没有有限的最优解",
  "one-of-for": ({ values, owner }) => `为 ${values.join("、")} 之一（${owner}）`,

  "given-without-means": () => "类的个数，否则由 classes.means 给出各类的位置",
  "as-many-as": ({ count, of, has }) =>
    of === "coordinates"
      ? `${count} 个坐标的列表，与第一个均值相同（现有 ${has} 个）`
      : `${count} ${of === "rows" ? "行" : "个数"}的列表，每类一${of === "rows" ? "行" : "个"}（现有 ${has}）`,
  "probabilities-that-sum-to-1": ({ sum }) => `和为 1 的概率（其和为 ${sum}）`,

  "nested-less-deeply": () => "嵌套得浅一些",
  "path-and-value": () => "写成 path=value",

  "unknown-kind": ({ field, value }) => `${field} ${value}：没有引擎认识它`,
  "kind-without-engine": ({ field, value, engine }) =>
    `${field} ${value} ${{ theory: "没有理论", reduced: "没有约化", direct: "不能逐行抽取" }[engine]}`,
  "must-be-in-cell": ({ field, rule, got, cell }) => `${field} 须${chinese(rule)}，在 ${cell} 处为 ${value(got)}`,
  "unknown-setting": ({ field, swept, meant }) =>
    `${field} 不是${swept ? "可以变化的设置" : "一项设置"}${meant === undefined ? "" : `；是否指 ${meant}？`}`,
  "unknown-preset": ({ name, names, meant }) =>
    `没有名为 ${name} 的预设；${meant === undefined ? `可选 ${names.join("、")}` : `是否指 ${meant}？`}`,
  "not-yaml": ({ name, fault }) => `${name} 不是有效的 YAML 或 JSON：${fault}`,
  "key-twice": ({ name, key }) => `${name} 中 ${key} 出现了两次`,
  "aliases-not-followed": ({ name, fault }) => `${name} 中有无法解析的别名：${fault}`,

  "fixed-in-sweep": ({ origin, path }) => `${origin} 固定了 ${path}，它不再变化`,
  "no-effect": ({ path, read }) =>
    `${path} 不起作用：仅当 ${read.map(({ kind, values }) => `${kind} 为 ${values.join(" 或 ")}`).join("，且 ")} 时才会读取`,
  "poison-only-thins": () =>
    "verifier.kind 为 none 或 random 时，verifier.poison 只改变保留多少行：这两种验证器不看标签",
};

const engine: Translation<typeof engineSentences> = {
  "asked-for": () => "按设置指定",
  "same-law": () => "与直接引擎服从同一分布，而费用只是其一小部分",
  "classes-need-their-core": () =>
    "多个类有自己的核：给出 run(…, { classes: await loadClasses() })，来自 pstar/classes",
  "answer-of-two-classes": ({ field }) =>
    `${field}：这一回答只适用于 ±μ 处等可能的两个类；多个类中哪些存续，由一次运行给出`,
  "softmax-without": ({ engine }) => `多个类的 learner.kind logistic 没有${engine === "theory" ? "理论" : "约化"}`,
  "reduction-of-classes-needs-penalty": () => "多个类的约化要求 learner.lambda 大于 0",
  "classes-on-a-queue": () => "队列的工作进程计算 ±μ 处的两个类：多个类请不用队列运行",

  "theory-needs-identity": ({ field, value }) => `${field} ${value}：理论要求 data.covariance 为 identity`,
  "steps-too-large": ({ size, most }) =>
    `sgd 的理论只适用于小步长：learner.learningRate × (λ + c(1 + r²))（平方损失 c 为 1，对数损失 c 为 1/4）至多为 ${most}，此处为 ${formatNumber(size, 3)}`,
  "theory-of-generations-needs-identity": () => "多个世代：理论要求 data.covariance 为 identity",
  "accumulate-without-theory": () => "policy accumulate 没有理论：各行取决于由它们训练出的模型",
  "accumulate-without-reduction": () => "在累积的行上做岭回归没有约化：各行取决于由它们训练出的模型",
  "reduction-needs-identity": () => "约化要求 data.covariance 为 identity",
  "reduction-needs-equal-covariance": () =>
    "约化要求生成的行与真实的行协方差相同：variance 为 1，exponent 为 0，且协方差不是估计的",
  "weights-without-reduction": () => "权重不同的行没有低维的分布律，因此逐行抽取",
  "top-ranks-at-most": ({ rows }) => `按间隔取最大者的验证器最多排序 ${rows} 行`,
  "regression-without-theory": () => "理论只涵盖 replace 策略，以及没有验证器的 accumulate 策略；对这些行没有理论",
  "too-many-products": ({ products, most }) =>
    `这样的规模需要 ${products.toExponential(0)} 次乘法，而最多计算 ${most.toExponential(0)} 次`,
  "too-many-answers": ({ answers, most }) =>
    `这样的规模需要 ${answers.toExponential(0)} 个回答，而最多抽取 ${most.toExponential(0)} 个`,
  "theory-does-not-apply": ({ why }) => `理论不适用：${chinese(why)}`,
  "no-theory-of-scenario": ({ why }) => `此场景没有理论：${chinese(why)}`,
  "engine-does-not-apply": ({ engine, why }) =>
    `${engine} 引擎不适用：${chinese(why)}；把 engine 设为 auto，会采用${engine === "direct" ? "约化引擎（如果适用）" : "适用的引擎"}`,
  "an-engine-that-applies": () => "为适用的引擎",
  "samples-not-given": () => "问题没有给出生成的行数 N",
  "error-rate-not-given": () => "问题没有给出错误标签的比例",
  "nothing-is-kept": () => "验证器没有保留任何行",
  "limit-is-chance": () => "学习器的极限正好等于随机猜测",
  "theory-of-two-classes": () => "N 处的理论只适用于两类",
  "theory-not-converged": () => "理论的方程未能求解",
  "too-many-rows-to-simulate": () => "行数太多，无法给出 N 处的答案：它需要 200 次试验",
  "files-without-a-row-decide": () =>
    "验证器一行也不保留的文件，略去或按随机猜测计，会得出相反的结论：验证更好，或更差",
  "worth-of-one-pass": () => "对只过一遍数据的学习器，更多的干净行并不总有帮助",
  "worth-beyond-clean-rows": () => "无论多少干净行都不能使这个学习器达到同样的准确率",
  "allowed-by-the-other-angles": ({ low, high }) => `在 [${low}, ${high}] 内，这是另外两个角所允许的`,
};

const rows: Translation<typeof rowSentences> = {
  "not-utf8": () => "它不是 UTF-8",
  "not-json": () => "它不是 JSON",
  "bare-word": ({ word }) => `它不是 JSON：单词 ${word} 没有引号`,
  "encoding-not-read": ({ encoding }) => `其文本为 ${encoding} 编码，无法读取，请另存为 UTF-8`,
  "rows-under-key": ({ key, others }) =>
    `它的行取自 ${JSON.stringify(key)} 下的列表；${others === null ? "其余内容" : others.map((name) => JSON.stringify(name)).join("、")} 未读取`,
  "shape-of": ({ shape }) => `它的行是 ${shape} 格式`,
  "shape-lacks": ({ title, lacks }) => `它像是 ${title}，但缺少 ${lacks.join("、")}`,
  "heading-twice": ({ name }) => `有两列都名为 ${JSON.stringify(name)}`,
  "heading-renamed": ({ name }) => `有两列都名为 ${JSON.stringify(name)}：第二列读作 ${JSON.stringify(`${name}.1`)}`,
  "not-an-object": () => "它不是 JSON 对象",
  "no-rows": ({ file }) => `${file} 没有任何行`,
  "row-unusable": ({ line, why }) => `第 ${line} 行：${chinese(why)}`,
  "line-too-long": ({ limit, length }) => `超过 ${limit} 字节：${length}`,
  "csv-fields": ({ fields, names }) => `它有 ${fields} 个字段，而首行列出 ${names} 个`,
  "csv-not-utf8": ({ line }) => `它不是 UTF-8（在第 ${line} 行或其后）`,
  "csv-quote-open": ({ line }) => `第 ${line} 行的引号没有闭合`,
  "csv-quote-closed": ({ opened, closed }) =>
    `第 ${opened} 行的引号在第 ${closed} 行闭合，而其字段尚未结束（字段内的引号要写两个）`,
  "csv-too-long": ({ line, limit }) => `第 ${line} 行超过 ${limit} 个字符`,
  "packed-broken": ({ packing, why }) => `其 ${packing} 数据已损坏：${chinese(why)}`,
  "packed-truncated": () => "数据不完整",
  "packed-trailing": () => "结尾之后还有内容，请先解压此文件",
  "packed-checksum": () => "校验和不符",
  "packed-other": () => "内容与其声明不符",
  "packed-blocks": ({ size }) => `其 zstd 数据的块很小，而每块的窗口为 ${size}：请先解压该文件`,
  "packed-window": ({ size, limit }) => `其 zstd 数据需要 ${size} 的窗口，而最多支持 ${limit}：请用较小的窗口压缩`,
  "packed-dictionary": () => "其 zstd 数据需要字典，不受支持：请不用字典压缩",
  "packed-too-large": ({ limit }) => `它解压后超过 ${limit}`,
  "not-jsonl": ({ why }) => `${chinese(why)}；需要 JSONL，每行一个 JSON 对象`,
  "field-twice": ({ field }) => `${field} 出现了两次`,
  "json-truncated": ({ rows }) => `其 JSON 在第 ${rows} 行之后不完整`,
  "json-structure": ({ rows }) => `它不是由行组成的 JSON 列表：第 ${rows} 行之后既不是逗号和下一行，也不是结尾`,
  "json-trailing": ({ rows }) => `其 JSON（共 ${rows} 行）结束之后还有内容`,
  "not-in-encoding": ({ encoding }) => `它以 ${encoding} 开头，但并非全部是 ${encoding}`,
  "word-of-two-meanings": ({ word, meanings }) => `${word} 不能同时表示 ${meanings.join(" 与 ")}`,
  "rule-broken": ({ text, lacks, sign }) =>
    `规则 ${text} 中，${{ values: "方括号内须有取值", value: `${sign} 之后须有一个值`, number: `${sign} 之后须有一个数` }[lacks]}`,
  "form-not-read": ({ form }) =>
    ({
      zip: "这是 ZIP 压缩包或 Excel 工作簿：请解压，或将其中的表另存为 CSV",
      "old-office": "这是旧版 Excel 工作簿：请将其中的表另存为 CSV",
      bzip2: "文件以 bzip2 压缩：请解压，或改用 gzip 或 zstd 压缩",
      xz: "文件以 xz 压缩：请解压，或改用 gzip 或 zstd 压缩",
      "7z": "这是 7z 压缩包：请解压",
      lz4: "文件以 LZ4 压缩：请解压，或改用 gzip 或 zstd 压缩",
      sqlite: "这是 SQLite 数据库：请将其中的表写为 CSV 或 Parquet",
      hdf5: "这是 HDF5 文件：请将其中的表写为 CSV 或 Parquet",
      avro: "这是 Avro 文件：请写为 JSONL 或 Parquet",
      pickle: "这是 Python 的 pickle 文件：请写为 JSONL 或 Parquet",
      pdf: "这是 PDF：请将其中的行写为 CSV 或 JSONL",
      "git-lfs": "这是 Git LFS 的指针，而非文件本身：请用 git lfs pull 取得文件",
      html: "这是网页，而非数据：请取得文件本身",
      xml: "这是 XML：请将其中的行写为 CSV 或 JSONL",
    })[form],
  "read-as": ({ encoding }) => `其文本按 ${encoding} 读取`,
  "binary-truncated": ({ form }) => `其 ${form} 数据不完整`,
  "binary-broken": ({ form, why }) => `无法读取其 ${form} 数据：${why}`,
  "binary-needs-file": ({ form }) => `${form} 只能从文件读取，不能压缩，也不能来自管道：请先写入文件`,
  "folder-of-results": ({ folder }) => `${folder} 中是一次运行的结果，而不是数据行：可用 pstar plot 绘图`,
  "folder-without-rows": ({ folder }) =>
    `${folder} 中没有数据文件（.jsonl、.json、.csv、.tsv、.parquet、.arrow，也可为 .gz 或 .zst）`,
  "folder-of-splits": ({ folder, splits }) => `${folder} 含有多个划分的文件夹：请指定一个，例如 ${splits.join(" 或 ")}`,
  "link-to-folder": ({ link }) => `${link} 是指向文件夹的链接，不会跟随：请用模式指定其中的文件，或删除此链接`,
  "schemas-differ": () => "其 Parquet 文件的模式不同，不能写成一个文件",
  "pattern-without-files": ({ pattern }) => `没有与 ${pattern} 匹配的文件`,
  "field-in-no-row": ({ field, meant, fields }) =>
    `没有一行有字段 ${field}${meant === undefined ? "" : `（是否指 ${meant}？）`}；${fields.length === 0 ? "各行都是空的" : `字段有 ${fields.join("、")}`}`,
};

const audit: Translation<typeof auditSentences> = {
  "simple-or-stratified": () => "为 simple 或 stratified",
  "betting-of-independent-labels": () => "略去：betting 只适用于权重相等的独立标签，不能有成组的行、第二人的标签或预测",
  "predictions-of-independent-labels": () =>
    "留空，如果标签成组、权重不等或有第二人的标签：其作用只在权重相等的独立标签上可知",
  "a-weight": () => "为大于 0 的数（1e-100 至 1e100）",
  "one-class": () => "为单个值（文本或数），且与标签的差别不只在写法",
  "one-value": () => "为单个值（文本或数）",
  "one-value-of-characters": ({ most }) => `为单个值，且不超过 ${most} 个字符`,

  "bare-words": ({ rows, word, line }) =>
    `有 ${rows} 行含有没有引号的单词，如第 ${line} 行的 ${word}，因而不是 JSON：舍弃哪些行取决于它们的取值，所以不作任何估计`,
  "stratified-without-threshold": () => "在保留与拒绝中分别抽取的行，需要当时所用的阈值",
  "no-threshold-recommended": () => "这些标签推荐不出阈值，请自行设定",
  "too-many-slices": ({ field, most, some }) =>
    `${field} 有超过 ${most} 个取值（“${some.join("”“")}”等），分组需要取值不多的字段`,
  "no-human-label": ({ rows, field }) => `${rows} 行的 ${field} 中都没有人工标签`,
  "rows-unusable": ({ bad, all, line, why }) =>
    `${all === 1 ? "仅有的一行无法使用" : `${all} 行中有 ${bad} 行无法使用`}；第 ${line} 行：${chinese(why)}`,
  "field-missing": ({ field }) => `缺少 ${field}`,
  "values-not-understood": ({ fields }) => fields.map(notUnderstood).join("；"),

  "without-score": ({ rows }) => `有 ${rows} 行没有分数，视为拒绝`,
  "non-finite": ({ rows }) => `有 ${rows} 行含 JSON 没有的 NaN 或 Infinity，已按 Python 的写法读取`,
  "no-row": () => "没有任何行",
  "none-audited": () => "没有任何行经过人工检查，除保留率外一无所知",
  "few-audited": ({ rows }) => `只有 ${rows} 行经过人工检查：区间很宽`,
  "none-kept": () => "没有保留任何行，无从学起",
  "all-kept": () => "每一行都被保留，对验证器一无所知",
  "none-kept-audited": () => "保留的行都没有人工标签，其正确率未知",
  "none-rejected-audited": () => "被拒绝的行都没有人工标签，φ、ψ 与 p 几乎未知",
  "weights-unequal": ({ rows, worth }) => `权重相差很大：有 ${rows} 行经过人工检查，所含信息约等于 ${worth} 行`,
  "stratified-all-audited": () => "每一行都经过人工检查：分层抽样时，保留率取自文件的全部行，无论是否检查过",
  "not-a-simple-sample": ({ audited, all }) =>
    `经检查的行保留了 ${audited}，全部行保留了 ${all}：看来不是简单随机样本；是否为分层抽取？`,
  "labels-all-alike": ({ rows, means, blank }) =>
    `全部 ${rows} 个标签都是“${means ? "正确" : "错误"}”，另有 ${blank} 行没有标签：只有当空白表示未标注、而不是“${means ? "错误" : "正确"}”时，结论才成立`,
  "labels-of-one-kind": ({ rows, means, audited, all }) =>
    `全部 ${rows} 个标签都是“${means ? "正确" : "错误"}”，而且有标签的行不是随机样本：其中保留了 ${audited}，全部行保留了 ${all}。如果只标记了${means ? "正确" : "错误"}的行，请在其余看过的行上写 ${means ? "false" : "true"}`,
  "another-field-than-the-label": () => "为与人工标签不同的字段：否则等于拿它与自己比较，永远正确",
  "few-choose": ({ labels }) => `只有 ${labels} 个标签用来选阈值：换一批标签可能会选出很不同的阈值，差别可能超出其区间`,
  "few-clusters": ({ clusters }) => `标签只来自 ${clusters} 个组：组内各行有多相似几乎无从得知`,
  "repeated-field": ({ field, rows, values }) =>
    `有标签的 ${rows} 行中，${field} 只有 ${values} 个不同的值：同值的行彼此相似，而这里视为独立，区间可能过窄`,
  "slice-mostly-wrong": ({ field, value, kept, wrong }) =>
    `${JSON.stringify(field)} 为 ${JSON.stringify(value)} 且被保留的 ${kept} 个有标签的行中，${wrong} 个是错的：全体成立的结论对这些行并不成立`,
  "classes-assumed": ({ classes }) =>
    `错误标签均匀分布在 ${classes - 1} 个类别上只是假设，这里没有标签能检验它：如果错误彼此一致，则以 2 类的结论为准`,
  "all-slices-differ": ({ all }) => `${ONE_RATE}：全部 ${all} 组与其他组的差别都超出偶然`,
  "slices-differ": ({ names, more }) =>
    `${ONE_RATE}：${names.join("、")}${more > 0 ? ` 以及另外 ${more} 组` : ""} 与其他组的差别超出偶然`,

  "no-threshold-judged": () => "没有任何行经过人工检查，无法评判任何阈值",
  "accuracies-of-a-model": () => "这些准确率出自一个高斯模型，不是承诺：它们只给阈值排序，并不预言得分",
  "threshold-held-out": ({ chose, judge }) =>
    `${chose + judge} 个标签中，抽签选出的 ${chose} 个用来选阈值，其余 ${judge} 个用来评判：用选阈值的标签来评判，结果会偏于乐观`,
  "curve-of-all-labels": () => "曲线用到全部标签，每个区间只对单独一个阈值成立：曲线上最好的一点看起来总比实际更好",
  "threshold-of-others": () => "只有当阈值由别的标签选出时，这些结论才成立：用选阈值的标签来评判，结果会偏于乐观",
  "calibrated-elsewhere": () =>
    "没有用到本文件的任何标签：只有当验证器对本文件的正确与错误标签的保留率与校准集相同时，这些结论才成立，而文件本身无法说明这一点",
  "calibration-lacks-label": ({ label }) =>
    `校准集须同时含有正确与错误的有标签行，而其中没有${label === "correct" ? "正确" : "错误"}的行`,
  "calibration-refuted": ({ keepRate, low, high }) =>
    `验证器保留了其中 ${keepRate} 的行，而按校准集的比率，无论正确的行占多少，都不会保留这么多（${low} 至 ${high}）：这些比率不适用于这个文件`,
  "stratum-not-audited": ({ stratum }) =>
    `${stratum === "kept" ? "保留" : "被拒绝"}的行都没有人工标签，曲线只反映其余的行`,
  "one-score": () => "经检查的行分数全都相同，无法区分阈值",
  "sheet-part-labelled": ({ labelled, drawn, skipped, leftOut }) =>
    `抽取的 ${drawn} 行中有 ${labelled} 行有标签${skipped === 0 ? "" : `，${skipped} 行被跳过`}${leftOut === 0 ? "" : `，${leftOut} 行留空或被删去`}：估计值把其余各行当作与之相同；如果留空的是难以判断的行，估计值就偏好`,
  "sheet-label-column": ({ asked, column }) => `标签表没有 ${asked} 列：读取的是 ${column} 列`,

  "verifiers-compared": ({ verdicts }) =>
    `每个区间只对单独一个验证器成立，结论已按共 ${verdicts} 个作了校正：从几个中选出的最好的一个，看起来总比实际更好`,
  "of-verifier": ({ verifier, why }) => `${JSON.stringify(verifier)}：${chinese(why)}`,
  "at-least-two-verifiers": () => "至少两个不同的验证器",

  "look-once": () =>
    "请先定好标签的数目，结论只看一次：每加一个标签就看一次区间、直到它给出结论，出错的次数会远多于其置信度所说",
  "plan-believes-its-rates": () => "计划以所给的比率为准：如果文件离界线更近，这些标签就不够",
  "no-labels-compare": () => "若 φ = ψ，则验证器既不优于也不劣于随机抽取，再多的标签也分不出高下",
  "no-labels-decide": () => "p 恰为 p⋆：再多的标签也无法判断 p 在它的哪一侧",
};

const ONE_RATE = "一组 p、φ、ψ 不能描述所有分组";

function notUnderstood({ field, rows, rule, values, more, understood }: NotUnderstood): string {
  const parts = values.map(({ value: got, rows, line }) => `${value(got)} 有 ${rows} 行，首见于第 ${line} 行`);
  if (more) parts.push("还有其他值");
  for (const { value, rows, means } of understood) parts.push(`${value} 有 ${rows} 行，读作 ${means}`);
  return `${JSON.stringify(field)} 中有 ${rows} 行的值须${chinese(rule)}，无法理解，因此不作任何估计：${parts.join("；")}`;
}

const lines: Translation<typeof lineSentences> = {
  "file-rows": ({ rows }) => `${whole(rows)} 行`,
  "rows-not-used": ({ rows }) => `另有 ${whole(rows)} 行无法使用`,
  "labels-drawn": ({ labels, how }) =>
    `其中 ${whole(labels)} 行有人工标签，${{ simple: "从全部行中随机抽取", stratified: "从保留与被拒绝的行中分别随机抽取", weighted: "按其权重所示的概率随机抽取" }[how]}`,
  "no-label-used": () => "没有用到其中的任何标签",
  "kept-from-score": ({ field, threshold }) => `保留 ${field} 不低于 ${exactNumber(threshold)} 的行`,
  "two-classes": () => "2 类：最坏的情形，即所有错误答案都相同",
  "uniform-classes": ({ classes, isTested }) =>
    `${formatNumber(classes)} 类，${isTested ? "总体的结论取错误标签均匀分布" : "假定错误标签均匀分布"}`,
  "clusters-counted": ({ clusters }) => `${whole(clusters)} 个聚类`,
  "interval-method": ({ method }) => `${METHODS[method]}区间`,
  "interval-confidence": ({ confidence }) => `区间的置信度为 ${shortPercent(confidence)}`,

  "mostly-correct": ({ except, share, classes, isRefuted }) =>
    `${keptCorrect(share)}，超过所需的 ${percent(1 / classes)}：p 低于 p⋆${except.length === 0 ? "" : `，但这是就总体而言，${list(except)} 中并非如此`}。${outweigh(classes, isRefuted, "正确", "错误")}。`,
  "mostly-wrong": ({ fewest, share, classes, isRefuted }) =>
    `${keptCorrect(share)}，不足所需的 ${percent(1 / classes)}：p 高于 p⋆。${outweigh(classes, isRefuted, "错误", "正确")}。${fewest === null ? "" : `这是假定所有错误答案都相同：若每个问题有 ${formatNumber(fewest)} 个或更多可能性相等的错误答案，则 p 会低于 p⋆。`}`,
  "labels-do-not-decide": ({ share, classes }) =>
    `${keptCorrect(share)}，而需要超过 ${percent(1 / classes)}：p 可能低于 p⋆，也可能高于 p⋆。这些标签不足以判定。`,
  "on-the-point": ({ share, classes }) => `${keptCorrect(share)}，恰为 ${percent(1 / classes)}：p 恰为 p⋆。`,
  "calibration-does-not-tell": () => "按校准集的比率，无法判断保留的标签中有多少正确。",
  "no-kept-label": () => "保留的行都没有人工标签，因此不知道保留的标签中有多少正确。",
  "keeps-more-correct": (rates) => `${keeps(rates)}：它保留的行比随机抽取的行更常正确。`,
  "keeps-fewer-correct": (rates) => `${keeps(rates)}：它保留的行不如随机抽取的行常正确。`,
  "keeps-not-decided": (rates) => `${keeps(rates)}。这些标签不足以判定哪个比例更大。`,
  "keeps-all": () => "它保留每一行，无论标签正确与否：这不是验证。",
  "keeps-none": () => "它不保留任何行，无论标签正确与否。",

  "no-recommended-threshold": () => "这些标签推荐不出任何阈值。",
  "recommended-threshold": ({ threshold, keepRate, chosenBy, judgedBy, model }) =>
    `推荐的阈值为 ${threshold.estimate === null ? "–" : exactNumber(threshold.estimate)}（${exactNumber(threshold.low)} 至 ${exactNumber(threshold.high)}），保留 ${range(keepRate)} 的行：它是抽签选出的 ${whole(chosenBy)} 个标签所选的最好的阈值，由另外 ${whole(judgedBy)} 个标签评判。${
      model === null
        ? ""
        : `在高斯模型中，取评判它的标签所给的比率，岭回归学习器在 N = ${formatNumber(model.samples)} 行、d = ${formatNumber(model.dim)} 维、r = ${formatNumber(model.meanNorm)} 时的准确率为 ${model.accuracy.toFixed(3)}：这只是模型，不是承诺。`
    }`,
  "threshold-as-asked": ({ threshold }) => `其余各项都按所要求的阈值 ${exactNumber(threshold)} 计算。`,

  "by-calibration": ({ source, correct, wrong }) =>
    `依据校准集 ${source}：验证器保留其中 ${whole(correct.of)} 个正确行中的 ${whole(correct.kept)} 个，以及 ${whole(wrong.of)} 个错误行中的 ${whole(wrong.kept)} 个（罗根与格拉登的方法）。`,
  "rewards-raise": () => "若用作奖励，这些结论起初会提高一个像这些行一样作答的策略的正确率：J 大于 0。",
  "rewards-lower": () => "若用作奖励，这些结论起初会降低一个像这些行一样作答的策略的正确率：J 小于 0。",
  "rewards-alike": () => "若用作奖励，这些结论教不了任何东西：每一行都相同。",
  "rewards-not-decided": () =>
    "这些标签不足以判定，若用作奖励，这些结论会使策略变好还是变坏：J 可能大于 0，也可能小于 0。",
  "worth-of-rows": ({ kept, all, worth }) =>
    `若错误只出于偶然，则对类均值学习器而言，保留的 ${whole(kept)} 行相当于 ${rowsRange(worth.kept)} 行标签全部正确的数据，全部 ${whole(all)} 行相当于 ${rowsRange(worth.unselected)} 行${isNegative(worth) ? "；小于 0 表示所教的正好相反" : ""}。`,
  "clusters-tell": ({ labels, effective }) =>
    `保留的行的 ${whole(labels)} 个标签所含的信息，约等于来自不同聚类的 ${formatNumber(effective, 3)} 个。`,
  "people-differ": ({ disagreement, rows, errorRate, errors }) =>
    `两人在 ${whole(rows)} 行中的 ${range(disagreement)} 上意见不同${errorRate === null ? "" : `：若两人出错同样多，则每人约有 ${percent(errorRate)} 出错${errors === null ? "" : `，或者错误行中有 ${percent(errors.plus)}（ε₊）、正确行中有 ${percent(errors.minus)}（ε₋）出错`}`}。只要两人独立出错，无论出错率多少，区间都成立。`,
  "chance-of-below": ({ chance }) => `按杰弗里斯先验，p 低于 p⋆ 的概率为 ${percent(chance)}。`,
  "wrong-answers-agree": ({ questions, agree, number }) =>
    `在 ${whole(questions)} 个有两个错误答案的问题中，两个答案相同的占 ${range(agree)}：如同至少有 ${formatNumber(tenths(number.low))} 个可能性相等的错误答案。结论仍按最坏的情形，即全部相同。`,
  "classes-by-class": ({ below, above, inconclusive, accuracy }) =>
    `按类别：${[part(below, "低于 p⋆"), part(above, "高于 p⋆"), part(inconclusive, "无法判定")].flat().join("；")}。若错误只取决于类别，则足够多这样的行会使学习器的准确率达到 ${percent(accuracy.low)} 至 ${percent(accuracy.high)}。`,
  "errors-over-classes": ({ statistic, pValue, areUniform }) =>
    `错误标签在其他类别上${areUniform ? "可能是" : "不是"}均匀分布的（X² = ${formatNumber(statistic, 4)}，p 值 ${formatNumber(pValue, 2)}）。`,
  "slices-adjusted": ({ by }) =>
    `各组的结论已按组数用${{ holm: "霍尔姆方法", "benjamini-hochberg": "本雅明尼与霍赫贝格方法" }[by]}作了校正。`,

  "more-labels": ({ labels, of, left, ofClusters }) => {
    const rows =
      of === null
        ? `再随机抽取约 ${whole(labels)} 行进行人工标注`
        : `再人工标注约 ${whole(labels)} 行（保留的行 ${whole(of.kept)} 个，被拒绝的行 ${whole(of.rejected)} 个）`;
    const lacking =
      left === null
        ? ""
        : `这个文件中没有标签的行只有 ${whole(left.kept + left.rejected)} 个：保留的 ${whole(left.kept)} 个，被拒绝的 ${whole(left.rejected)} 个。`;
    return `如果比率与目前看到的相近，${rows}${ofClusters ? "（各属不同的聚类）" : ""}，大概就能判定。${lacking}`;
  },
  "leave-out": ({ slices }) =>
    `总体低于 p⋆，但 ${list(slices)} 高于 p⋆：其中保留的标签大多是错的。请去掉它们，或换一个验证器来判断。`,
  "lower-psi": ({ bound }) =>
    `需要错误标签更少，或验证器保留的错误标签更少：在此 p 与 φ 下须 ψ < ${bound >= 5e-4 ? bound.toFixed(3) : formatNumber(bound, 2)}。`,
  "drop-verifier": () => "随机抽取的行比这个验证器保留的行更常正确：最好不用这个验证器。",
};

const METHODS = {
  "clopper-pearson": "克洛珀-皮尔逊",
  wilson: "威尔逊",
  jeffreys: "杰弗里斯",
  "mid-p": "中 p ",
  betting: "下注法",
} satisfies Record<IntervalMethod, string>;

function range({ estimate, low, high }: Interval): string {
  return estimate === null ? "未知比例" : `${percent(estimate)}（${(100 * low).toFixed(1)} 至 ${percent(high)}）`;
}

function rowsRange({ estimate, low, high }: Interval): string {
  return `${whole(estimate)}（${whole(low)} 至 ${whole(high)}）`;
}

function keptCorrect(share: Interval): string {
  return `保留的标签中 ${range(share)} 正确`;
}

function outweigh(classes: number, isRefuted: boolean, heavy: string, light: string): string {
  const assumed = `假定错误标签均匀分布在其余 ${formatNumber(classes - 1)} 类上${isRefuted ? "，而这些标签表明并非如此" : ""}`;
  return `其中${heavy}的标签多过${light}的${classes === 2 ? "" : `（${assumed}）`}`;
}

function keeps({ phi, psi }: { phi: Interval; psi: Interval }): string {
  return `它保留了 ${range(phi)} 的正确标签（φ）与 ${range(psi)} 的错误标签（ψ）`;
}

function list(names: readonly string[]): string {
  const { shown, more } = namesIn(names);
  return `${shown.join("、")}${more > 0 ? ` 以及另外 ${more} 个` : ""}`;
}

function part(names: readonly string[], is: string): string[] {
  return names.length === 0 ? [] : [`${list(names)} ${is}`];
}

const check: Translation<typeof checkSentences> = {
  "check-reads-twice": () => "判断一个文件要多次读取它的行：请给出文件，而不是标准输入",
  "no-verifier-field": ({ names }) => `没有字段的名字像是验证器的决定或分数，请指明；文件的字段为 ${names.join("、")}`,
  "check-unlabelled": ({ labels, errorRate, phi, psi }) =>
    `没有任何一行有人工标签，因此一无所知：如果 ${shortPercent(errorRate)} 的标签是错的，而验证器保留 ${shortPercent(phi)} 的正确标签和 ${shortPercent(psi)} 的错误标签，那么 ${labels} 行的标签在五次中有四次足以判定`,
  "check-sheet-unlabelled": ({ sheet, rows }) =>
    `${sheet} 的 ${rows} 行都还没有标签：请在 label 列填写 1（正确）、0（错误）或 skip（无法判断），然后再查`,
  "check-no-threshold": ({ labels }) =>
    `这些标签推荐不出阈值，因为标签太少，或得分全都相同：${labels} 行的标签大概足以判定`,
  "check-mostly-right": ({ share, labels }) =>
    `保留的标签中有 ${chineseSpan(share)} 是正确的，超过一半：p 低于 p⋆（依据 ${labels} 个保留行的标签）`,
  "check-mostly-wrong": ({ share, labels }) =>
    `保留的标签中只有 ${chineseSpan(share)} 是正确的，不到一半：p 高于 p⋆（依据 ${labels} 个保留行的标签）`,
  "check-slices-wrong": ({ slices }) =>
    `整体上保留的标签多数正确，但在 ${slices.map((slice) => JSON.stringify(slice)).join("、")} 中多数是错的`,
  "check-classes-decide": ({ share, classes }) =>
    `保留的标签中有 ${chineseSpan(share)} 是正确的，不到一半：只有当错误标签均匀分布在其余 ${classes - 1} 个类别时才足够，而这只是假设`,
  "check-few-labels": ({ labels, kept, least, leastKept }) =>
    `${labels} 个标签（其中 ${kept} 个属于保留的行）太少：至少需要 ${least} 个，其中 ${leastKept} 个属于保留的行`,
  "check-skipped": ({ skipped, leftOut, share, isRight }) =>
    `保留的标签中${isRight ? "" : "只"}有 ${chineseSpan(share)} 是正确的，但有 ${skipped + leftOut} 行被跳过或留空；如果这些行是${isRight ? "错" : "对"}的，正确的可能${isRight ? "不到一半" : "超过一半"}`,
  "check-none-kept": () => "没有保留任何行，因此没有可以用来训练的数据",
  "check-none-kept-labelled": () => "保留的行都没有人工标签，因此不知道保留的标签中有多少是正确的",
  "check-open": ({ share, labels }) =>
    `按 ${labels} 个保留行的标签，保留的标签中有 ${chineseSpan(share)} 是正确的：可能超过一半，也可能不到一半`,
};

/** “a to b” of the library. */
function chineseSpan(share: string): string {
  return share.replace(/ to /, " 至 ");
}

const sheet: Translation<typeof sheetSentences> = {
  "draw-needs-decision": ({ design }) =>
    design === "simple"
      ? "抽取的行用于审核一个验证器：请指明其决定或分数所在的字段，它不会显示出来"
      : `${design} 方式分别从保留与被拒绝的行中抽取：请指明决定所在的字段`,
  "no-label-field": () => "correct 须为人工标签所在的字段，现为空",
  "slices-need-field": () => "slices 方式需要用来分组的字段",
  "labels-of-strata": () => "分别给出保留与被拒绝的行数时，方式须为 stratified",
  "shows-decision": ({ field }) => `${field} 会显示验证器的判断，而标注的人不应知道`,
  "fewer-rows": ({ rows, labels, of }) =>
    `无法抽取 ${labels} 行：${of === null ? "一共" : of === "kept" ? "验证器保留的" : "验证器拒绝的"}只有 ${rows} 行`,
  "more-strata": ({ strata, labels, design }) =>
    `${design} 方式在文件的 ${strata} 层中每层至少抽取一行，而 ${labels} 行不够`,
  "sheet-unreadable": ({ why }) => `无法作为标签表读取：${why}`,
  "sheet-lacks-column": ({ column, columns, title }) =>
    title === undefined
      ? `它没有 ${column} 列；它的列为 ${columns.join("、")}`
      : `它是 ${title}，没有 ${column}：其中的行须由 pstar 抽取；现有 ${columns.join("、")}`,
  "sheet-empty": () => "它没有任何行",
  "sheet-unlabelled": ({ rows }) =>
    `它的 ${rows} 行都没有标签：请在 label 列填写 1（正确）、0（错误）或 skip（无法判断），然后再查`,
  "sheet-bad-cells": ({ column, rows, line, value: got }) =>
    `有 ${rows} 行的 ${column} 不是 pstar 所抽取的标签表中的；第 ${line} 行：${got}`,
  "sheet-doubles": ({ keys, line, key }) => `有 ${keys} 个键重复出现；第 ${line} 行：${key}。每一行只保留一次`,
  "sheet-disagrees": ({ keys, key }) => `有 ${keys} 行带有两个不同的标签，例如 ${key}：请确定其一`,
  "sheet-mixed": ({ codes }) => `其中的行来自 ${codes} 次不同的抽取或不同的文件：请给出一次抽取的标签表`,
  "sheet-not-drawn-again": ({ keys, all, key }) =>
    `它的 ${all} 个标签中有 ${keys} 个属于这次没有抽到的行，例如 ${key}：请用同一个种子，并抽取不少于原来的行数`,
  "sheet-strangers": ({ keys, all, line, key }) =>
    `它的 ${all} 个键中有 ${keys} 个不属于文件中的任何一行；第 ${line} 行：${key}`,
  "sheet-other-file": ({ before, now }) =>
    before === now
      ? `抽取标签表之后文件改变了：行数仍为 ${now}，但有些行的内容不同`
      : `抽取标签表之后文件改变了：原有 ${before} 行，现有 ${now} 行`,
  "sheet-other-decision": ({ rows, of }) =>
    `验证器的决定与抽取标签表时不同：所抽取的 ${of} 行中有 ${rows} 行属于另一层`,
  "sheet-strata-unlabelled": ({ strata, of, share }) =>
    `它的 ${of} 层中有 ${strata} 层（占 ${share} 的行）没有标签：请在每层标注一行`,
  "sheet-knows-design": () => "标签表已包含抽取方式与权重：请不要另行指定",
};

const worker: Translation<typeof workerSentences> = {
  "worker-not-loaded": () => "无法加载计算线程的脚本",
  "message-not-read": () => "无法读取计算线程的消息",
  "worker-ended": () => "计算线程在工作中途结束了：浏览器的内存可能已用尽",
  "worker-silent": ({ seconds }) => `计算线程已有 ${seconds} 秒没有任何响应`,
};

const words = { ...rules, ...core, ...model, ...engine, ...rows, ...audit, ...lines, ...check, ...sheet, ...worker };

/** A reason in Chinese. One that the page does not know is quoted as it is, so that it can be looked up. */
export function chinese(reason: Reason): string {
  return reason.code in words ? say(reason, words) : `原文为“${reason.message}”`;
}

const names: Readonly<Record<string, string>> = {
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

/** An error by its class and its reason. */
export function chineseProblem(error: Error): string {
  return `${names[error.name] ?? error.name}：${chinese(reasonOf(error))}`;
}

/** What was found in place of a value; anything else is quoted as it stands in the data. */
const found: Readonly<Record<string, string>> = {
  undefined: "空",
  null: "空",
  "a list": "一个列表",
  "an object": "一个对象",
};

function value(got: string): string {
  return found[got] ?? got;
}
