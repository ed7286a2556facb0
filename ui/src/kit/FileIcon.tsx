import { extensionOf } from "../format/paths";

// A letter or two on a sheet: files are told apart by shape and word, never by colour alone.
const kinds: Record<string, string> = {
  pdf: "PDF",
  doc: "W",
  docx: "W",
  wps: "W",
  odt: "W",
  rtf: "W",
  xls: "X",
  xlsx: "X",
  et: "X",
  csv: "X",
  ppt: "P",
  pptx: "P",
  dps: "P",
  md: "M",
  html: "H",
  eml: "@",
  gguf: "AI",
};

export function FileIcon({ path, className = "" }: { path: string; className?: string }) {
  const letters = kinds[extensionOf(path)] ?? "T";
  return (
    <svg viewBox="0 0 16 18" aria-hidden className={`h-4.5 w-4 shrink-0 ${className}`}>
      <path
        d="M2.5.5h7.6l3.9 3.9v11.6a1.5 1.5 0 0 1-1.5 1.5h-10A1.5 1.5 0 0 1 1 16V2A1.5 1.5 0 0 1 2.500 .5z"
        fill="var(--surface)"
        stroke="var(--line-2)"
      />
      <path d="M10 .7v3.8h3.8" fill="none" stroke="var(--line-2)" />
      <text
        x="7.5"
        y="13.6"
        textAnchor="middle"
        fontSize={letters.length > 2 ? 5 : letters.length > 1 ? 6.5 : 7.5}
        fontWeight="700"
        fill="var(--ink-2)"
        fontFamily="var(--sans)"
      >
        {letters}
      </text>
    </svg>
  );
}
