import { stringify } from "yaml";

/** How a model is trained. */
export interface TrainingSettings {
  learningRate: number;
  scheduler: "cosine" | "constant";
}

/** The paper's model, and its settings of the training on the first pairs and on those that were kept. */
export const PAPER_MODEL = "meta-llama/Llama-2-7b-hf";
export const PAPER_SETTINGS = {
  generator: { learningRate: 5e-5, scheduler: "cosine" },
  retrained: { learningRate: 2e-5, scheduler: "constant" },
} as const satisfies Record<string, TrainingSettings>;

/** Rows {prompt, completion}, or {messages} for models that chat. */
export const rowForms = ["completion", "messages"] as const;
export type RowForm = (typeof rowForms)[number];

const EPOCHS = 1;
const BATCH = 32;
/** Rows of the batch that are on a device at a time; the others are accumulated. */
const AT_A_TIME = 4;
const BLOCK = 1024;
/** Where the rows are, as seen from the folder of the files. */
export const TRAINING_ROWS = "data/train.jsonl";

/** `trl sft --config trl.yaml`. */
export function trlConfig(model: string, { learningRate, scheduler }: TrainingSettings, form: RowForm): string {
  // models of other families need a template of their own
  const note =
    form === "completion"
      ? ""
      : "# assistant_only_loss needs a chat template with {% generation %}; TRL brings it for the usual models.\n";
  return `${start("trl sft --config trl.yaml")}${note}${yaml({
    model_name_or_path: model,
    dataset_name: "data",
    output_dir: "model",
    num_train_epochs: EPOCHS,
    learning_rate: learningRate,
    lr_scheduler_type: scheduler,
    per_device_train_batch_size: AT_A_TIME,
    gradient_accumulation_steps: BATCH / AT_A_TIME,
    max_length: BLOCK,
    ...(form === "completion" ? { completion_only_loss: true } : { assistant_only_loss: true }),
    packing: false,
    bf16: true,
    gradient_checkpointing: true,
    seed: 0,
    report_to: "none",
  })}`;
}

/** `axolotl train axolotl.yaml`, on the same rows. */
export function axolotlConfig(model: string, { learningRate, scheduler }: TrainingSettings, form: RowForm): string {
  return `${start("axolotl train axolotl.yaml")}${yaml({
    base_model: model,
    datasets: [{ path: TRAINING_ROWS, ds_type: "json", ...axolotlRows(form) }],
    output_dir: "model",
    num_epochs: EPOCHS,
    learning_rate: learningRate,
    lr_scheduler: scheduler,
    optimizer: "adamw_torch",
    micro_batch_size: AT_A_TIME,
    gradient_accumulation_steps: BATCH / AT_A_TIME,
    sequence_len: BLOCK,
    train_on_inputs: false,
    sample_packing: false,
    bf16: true,
    gradient_checkpointing: true,
    seed: 0,
  })}`;
}

function axolotlRows(form: RowForm): object {
  if (form === "messages") return { type: "chat_template", field_messages: "messages", roles_to_train: ["assistant"] };
  // the prompt as it is, and nothing between it and the completion
  return {
    type: {
      field_instruction: "prompt",
      field_output: "completion",
      format: "{instruction}",
      no_input_format: "{instruction}",
    },
  };
}

function start(command: string): string {
  return `# In this folder: ${command}
# One device makes batches of ${BATCH}; with n of them, divide gradient_accumulation_steps by n.
`;
}

function yaml(settings: object): string {
  return stringify(settings, { lineWidth: 100 });
}
