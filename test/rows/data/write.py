# Writes the files of the table of formats (forms.*), with pandas 3.0.6, pyarrow 25.0.1 and polars 1.44.2: python write.py
import gzip
import json
import pathlib

import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.ipc

here = pathlib.Path(__file__).parent
rows = [
    {
        "id": f"r{i}",
        "wide": 9007199254740993 + i,
        "question": f"What is {i} + {i + 1}, “in words”? Café; {i}",
        "answer": f"It is {2 * i + 1}, I think" if i % 7 else 'He said "none",\nand left',
        "summary": f"Sum {i} in {i + 1} words",
        "score": i / 64,
        "kept": i % 3 != 0,
        "correct": None if i % 2 else i % 12 != 0,
    }
    for i in range(60)
]
table = pd.DataFrame(rows)
table["correct"] = table["correct"].astype("boolean")
for name, options in {
    "comma.csv": {},
    "semicolon.csv": {"sep": ";"},
    "tab.tsv": {"sep": "\t", "lineterminator": "\r\n"},
    "utf16.csv": {"encoding": "utf-16"},
    "western.csv": {"encoding": "cp1252"},
}.items():
    table.to_csv(here / f"forms.{name}", index=False, **options)
table.to_json(here / "forms.list.json", orient="records", force_ascii=False)
table.to_json(here / "forms.lines.jsonl", orient="records", lines=True)
table.to_json(here / "forms.table.json", orient="table", index=False, force_ascii=False)
lines = (here / "forms.lines.jsonl").read_bytes().splitlines(keepends=True)
with open(here / "forms.members.jsonl.gz", "wb") as packed:
    for part in (lines[:25], lines[25:]):
        packed.write(gzip.compress(b"".join(part), mtime=0))
for codec in ("snappy", "gzip", "zstd", "brotli", "lz4"):
    table.to_parquet(here / f"forms.{codec}.parquet", compression=codec, index=False, row_group_size=25)
# as save_to_disk of datasets writes it
folder = here / "forms.saved"
folder.mkdir(exist_ok=True)
arrow = pa.Table.from_pandas(table, preserve_index=False)
for k, part in enumerate((arrow.slice(0, 40), arrow.slice(40))):
    with pa.ipc.new_stream(str(folder / f"data-{k:05}-of-00002.arrow"), part.schema) as writer:
        writer.write_table(part, max_chunksize=16)
with pa.ipc.new_stream(str(here / "forms.stream.arrow"), arrow.schema) as writer:
    writer.write_table(arrow, max_chunksize=16)
with pa.ipc.new_file(str(here / "forms.file.arrow"), arrow.schema) as writer:
    writer.write_table(arrow, max_chunksize=16)
pl.DataFrame(rows).write_ipc(here / "forms.polars.arrow")
pl.DataFrame(rows).write_ipc(here / "forms.packed.arrow", compression="zstd")
names = [{"filename": f"data-{k:05}-of-00002.arrow"} for k in range(2)]
(folder / "state.json").write_text(json.dumps({"_data_files": names, "_fingerprint": "0", "_split": "train"}, indent=2))
