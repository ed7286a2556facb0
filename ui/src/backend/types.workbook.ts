// What crosses for work on the user's own workbooks; checked like the rest of the types.

/** A column asked for in words. */
export interface ColumnParams {
  path: string;
  ask: string;
  table: string | null;
  column: string | null;
}

export interface CellChange {
  cell: string;
  before: string;
  after: string;
}

/** A column that can be written, as it was worked out over the user's rows. */
export interface ColumnProposal {
  id: number;
  path: string;
  sheet: string;
  range: string;
  header: string;
  formula: string;
  explanation: string[];
  is_by_model: boolean;
  /** Cells that change in all; `changes` has the first of them. */
  cells: number;
  changes: CellChange[];
  notes: string[];
}

/** A native chart asked for in words. */
export interface ChartParams {
  path: string;
  ask: string;
  table: string | null;
}

/** A chart that can be written. */
export interface ChartProposal {
  id: number;
  path: string;
  /** Sheet of the ranges. */
  source: string;
  /** Sheet that it stands on, and the cells it covers there. */
  sheet: string;
  range: string;
  /** `column`, `bar` (lying), `line`, `pie`, `area`, `scatter`. */
  kind: string;
  title: string | null;
  x_title: string | null;
  y_title: string | null;
  /** `bottom`, `top`, `left`, `right`; null for none. */
  legend: string | null;
  /** `beside`, `stacked`, `percent`. */
  stacking: string;
  /** What joins its points: `usual`, `straight`, `smooth`. */
  joined: string;
  has_data_labels: boolean;
  series: ChartSeries[];
  is_by_model: boolean;
  notes: string[];
}

export interface ChartSeries {
  name: string;
  values: string;
  /** Range of the labels or x values; null where the points are numbered. */
  labels: string | null;
  /** `linear`, `polynomial`, `exponential`, `logarithmic`, `power`; null for none. */
  trend: string | null;
  /** The first of its points, of `count` in all. */
  points: { label: string; x: number | null; y: number | null }[];
  count: number;
}

/** The result of a question as a sheet of its workbook. */
export interface ResultParams {
  /** The workbooks asked; the result goes into the first. */
  paths: string[];
  question: string;
  /** The query that answered it; null: the question is asked. */
  sql: string | null;
  chart: ChartChoice;
  /** Name of the new sheet; null: 结果 or Result. */
  name: string | null;
}

export type ChartChoice = "auto" | "bar" | "line" | "pie" | "none";

/** A result sheet that can be written. */
export interface ResultProposal {
  id: number;
  path: string;
  sheet: string;
  range: string;
  answer: string;
  sql: string;
  columns: string[];
  /** The first of its rows. */
  rows: string[][];
  row_count: number;
  /** `column`, `bar`, `line`, `pie`; null for none. */
  chart: string | null;
  notes: string[];
}

/** A column that the model fills row by row. */
export interface FillParams {
  path: string;
  ask: string;
  table: string | null;
  /** Header of the column; null: made of the ask. */
  into: string | null;
  column: string | null;
  /** `choice`, `number`, `date`, `yes_no`, `text`; null: read from the ask. */
  kind: string | null;
  choices: string[];
  /** Only so many rows; such a proposal cannot be written. */
  sample: number | null;
  /** Ask the model again for what it has filled before. */
  again: boolean;
}

/** A column as it was filled. */
export interface FillProposal {
  /** Null for a sample, or where nothing could be filled. */
  id: number | null;
  path: string;
  sheet: string;
  range: string;
  header: string;
  kind: string;
  choices: string[];
  /** Headers of the columns that the model saw. */
  reads: string[];
  /** Rows to be filled in all, and those of this run. */
  rows: number;
  tried: number;
  filled: number;
  /** Known from an earlier run or a row that says the same. */
  known: number;
  /** Cells that held something and stay. */
  kept: number;
  /** Cells that stay empty, with the reason as a key. */
  empty: { cell: string; reason: string }[];
  changes: CellChange[];
  rows_per_minute: number | null;
  notes: string[];
}

export interface WorkbookChange {
  id: number;
  path: string;
  backup: string | null;
}
