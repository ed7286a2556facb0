// Numbers, sizes and times in words of the chosen language.

export function bytes(count: number, language: string): string {
  const units = ["B", "KB", "MB", "GB", "TB"];
  let value = count;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : value >= 10 ? 1 : unit >= 3 ? 2 : 1;
  return `${new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value)} ${units[unit]}`;
}

export function count(value: number, language: string): string {
  return new Intl.NumberFormat(language).format(value);
}

/** A cell of a result: numbers with group separators and as many decimals as their column has, all else as it is. */
export function cell(value: string | number | null, language: string, decimals = 0): string {
  if (value === null) return "";
  if (typeof value === "string") return value;
  return new Intl.NumberFormat(language, { minimumFractionDigits: decimals, maximumFractionDigits: decimals }).format(
    value,
  );
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
    return new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hour12: false }).format(date);
  }
  if (date.getFullYear() === today.getFullYear()) {
    return new Intl.DateTimeFormat(language, { month: "short", day: "numeric" }).format(date);
  }
  return new Intl.DateTimeFormat(language, { year: "numeric", month: "2-digit", day: "2-digit" }).format(date);
}
