import { isMapping } from "./draft.js";
import { type SchemaNode, settings } from "./jsonSchema.js";

/** The reference of all settings as a Markdown table, made from the schema. */
export function scenarioReference(): string {
  const rows = [...settings()].filter(([path, node]) => !path.startsWith("sweep.") && node.description !== undefined);
  const lines = rows.map(
    ([path, node]) => `| \`${path}\` | ${values(node)} | ${fallback(node)} | ${cell(node.description)} |`,
  );
  return ["| Setting | Values | Default | Meaning |", "| --- | --- | --- | --- |", ...lines, ""].join("\n");
}

function values(node: SchemaNode): string {
  const forms = [...(node.anyOf ?? []), ...(node.oneOf ?? [])];
  if (forms.length > 0) return [...new Set(forms.map(values))].join(" or ");
  if (node.const !== undefined) return `\`${node.const}\``;
  if (node.enum && node.enum.length > 10) return "path of a setting";
  if (node.enum) return node.enum.map((value) => `\`${value}\``).join(", ");
  if (node.type === "object")
    return node.properties?.kind?.const ? `\`{kind: ${node.properties.kind.const}, …}\`` : "mapping";
  if (node.type === "array") return "list";
  if (node.type === "number" || node.type === "integer") return `${node.type} ${interval(node)}`;
  return node.type === "string" ? "text" : String(node.type);
}

function interval({ minimum, maximum, exclusiveMinimum }: SchemaNode): string {
  if (exclusiveMinimum !== undefined) return `> ${exclusiveMinimum}`;
  if (maximum === undefined || maximum === Number.MAX_SAFE_INTEGER) return `≥ ${minimum}`;
  return `in [${minimum}, ${maximum === Math.PI ? "π" : maximum}]`;
}

function fallback(node: SchemaNode): string {
  return node.default === undefined || isMapping(node.default) ? "" : `\`${node.default}\``;
}

function cell(text = ""): string {
  return text.replaceAll("|", "\\|");
}
