import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, parquetSchema } from "hyparquet";
import { FileError } from "../../core/errors.js";
import { fileError } from "../../rows/fileError.js";

/** A Parquet file of results: its columns, what it says of itself, and its rows. */
export interface ParquetResults {
  names: string[];
  metadata: ReadonlyMap<string, string>;
  rows(): AsyncGenerator<unknown[]>;
}

/** Opens a Parquet file. Its rows are read a row group at a time. */
export async function openParquet(path: string): Promise<ParquetResults> {
  try {
    const file = await asyncBufferFromFile(path);
    const footer = await parquetMetadataAsync(file);
    const names = parquetSchema(footer).children.map(({ element }) => element.name);
    const metadata = new Map(footer.key_value_metadata?.map(({ key, value }) => [key, value ?? ""]));
    return {
      names,
      metadata,
      async *rows() {
        let start = 0;
        for (const { num_rows } of footer.row_groups) {
          const end = start + Number(num_rows);
          const rows = await parquetReadObjects({ file, metadata: footer, rowStart: start, rowEnd: end });
          for (const row of rows) yield names.map((name) => plain(row[name]));
          start = end;
        }
      },
    };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== undefined) throw fileError("read", path, error);
    throw new FileError(`cannot read ${path}: it is no Parquet file (${(error as Error).message})`, { got: path });
  }
}

function plain(value: unknown): unknown {
  return typeof value === "bigint" ? Number(value) : value;
}
