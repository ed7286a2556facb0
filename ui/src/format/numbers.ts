// Numbers, sizes and times in words of the chosen language.

// Making a formatter costs many times what using it does, and a list shows one in each row: each is made once.
const numberFormats = new Map<string, Intl.NumberFormat>();
const dateFormats = new Map<string, Intl.DateTimeFormat>();

function numberFormat(language: string, options: Intl.NumberFormatOptions = {}): Intl.NumberFormat {
  return made(numberFormats, language, options, () => new Intl.NumberFormat(language, options));
}

function dateFormat(language: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return made(dateFormats, language, options, () => new Intl.DateTimeFormat(language, options));
}

function made<T>(formats: Map<string, T>, language: string, options: object, make: () => T): T {
  const key = language + JSON.stringify(options);
  const known = formats.get(key);
  if (known) return known;
  const format = make();
  formats.set(key, format);
  return format;
}

export function bytes(count: number, language: string): string {
  const units = ["B", "KB", "MB", "GB", "TB"];
  let value = count;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : value >= 10 ? 1 : unit >= 3 ? 2 : 1;
  return `${numberFormat(language, { maximumFractionDigits: digits }).format(value)} ${units[unit]}`;
}

export function count(value: number, language: string): string {
  return numberFormat(language).format(value);
}

/** A cell of a result: numbers with group separators and as many decimals as their column has, all else as it is. */
export function cell(value: string | number | null, language: string, decimals = 0): string {
  if (value === null) return "";
  if (typeof value === "string") return value;
  return numberFormat(language, { minimumFractionDigits: decimals, maximumFractionDigits: decimals }).format(value);
}

/** The decimals that the numbers of a column need, six at most. */
export function decimalsOf(values: (string | number | null)[]): number {
  let most = 0;
  for (const value of values) {
    if (typeof value !== "number" || Number.isInteger(value)) continue;
    most = Math.max(most, Math.min(6, (String(Math.round(value * 1e6) / 1e6).split(".")[1] ?? "").length));
  }
  return most;
}

/** Milliseconds as a rough remaining time; the caller translates `unit`. */
export function roughly(ms: number): { unit: "seconds" | "minutes" | "hours"; count: number } {
  const seconds = Math.max(1, Math.round(ms / 1000));
  if (seconds < 60) return { unit: "seconds", count: seconds < 10 ? seconds : Math.ceil(seconds / 5) * 5 };
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return { unit: "minutes", count: minutes };
  return { unit: "hours", count: Math.round(minutes / 6) / 10 };
}

/** A moment, as short as it stays clear: the hour today, the day this year, the date before. */
export function moment(ms: number, language: string, now = Date.now()): string {
  const date = new Date(ms);
  const today = new Date(now);
  if (date.toDateString() === today.toDateString()) {
    return dateFormat(language, { hour: "2-digit", minute: "2-digit", hour12: false }).format(date);
  }
  if (date.getFullYear() === today.getFullYear()) {
    return dateFormat(language, { month: "short", day: "numeric" }).format(date);
  }
  return dateFormat(language, { year: "numeric", month: "2-digit", day: "2-digit" }).format(date);
}
