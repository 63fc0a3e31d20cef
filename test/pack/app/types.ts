// What a user of the package writes in TypeScript, with every entry; it is only compiled.
import { type CellResult, type Core, coreHash, load, run, version } from "pstar";
import { type AuditResult, audit, auditThresholds, planAudit } from "pstar/audit";
import { copyLearner, humanPairs, type NewsResult, newswire, runNews } from "pstar/news";
import { auditFile, runInWorkers, runOnQueue, type SelectResult, Store, select } from "pstar/node";
import { loadText, type Rouge, readLanguageModel, rouge, type TextCore } from "pstar/text";

export async function simulate(): Promise<CellResult[]> {
  const core: Core = await load();
  const cells: CellResult[] = [];
  for await (const cell of run(core, { generator: { errorRate: 0.3 } })) cells.push(cell);
  // @ts-expect-error: ROUGE is in the other core
  rouge(core, "a", "a");
  return cells;
}

export async function texts(): Promise<{ scores: Rouge; news: NewsResult }> {
  const core: TextCore = await loadText();
  const articles = newswire(core, { articles: 60 });
  await copyLearner(core).train(humanPairs(articles));
  await readLanguageModel(core, "");
  return { scores: rouge(core, "a", "a"), news: await runNews(core, articles) };
}

export async function audits(core: Core): Promise<AuditResult> {
  planAudit(core, { keptPrecision: 0.7 });
  auditThresholds(core, [{ correct: true, score: 1 }]);
  await auditFile("a.jsonl", { correct: "correct", kept: "kept" });
  return audit(core, [{ correct: true, kept: true }]);
}

export function files(): Promise<SelectResult> {
  const started: unknown[] = [runInWorkers, runOnQueue, Store];
  return select({
    input: `${version} ${coreHash} ${started.length}`,
    out: "kept",
    verifiers: [],
    keep: { share: 0.5 },
  });
}
