import { HoverCard } from "radix-ui";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Citation } from "../../backend";
import { placeOf } from "../../format/anchor";
import { fileName } from "../../format/paths";
import { FileIcon } from "../../kit/FileIcon";
import { showCitation } from "../source/open";

/** The chip of a citation: hovering shows the quote, clicking the place in the file. */
export function Cite({ marker, citations }: { marker: number; citations: Citation[] }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  // A click is an answer to the card: it stays away until the pointer has left the chip.
  const clicked = useRef(false);
  const citation = citations.find((candidate) => candidate.marker === marker);
  if (!citation) return null;
  const name = fileName(citation.path);
  const place = placeOf(citation.anchor, t);
  return (
    <HoverCard.Root
      open={open}
      onOpenChange={(next) => setOpen(next && !clicked.current)}
      openDelay={150}
      closeDelay={100}
    >
      <HoverCard.Trigger asChild>
        <button
          type="button"
          data-cite={marker}
          onPointerLeave={() => {
            clicked.current = false;
          }}
          aria-label={t("ask.citeLabel", { marker, name, place })}
          onClick={() => {
            clicked.current = true;
            setOpen(false);
            showCitation(citations, marker);
          }}
          className="tabular mx-0.5 inline-flex h-[1.125rem] min-w-[1.125rem] -translate-y-px items-center justify-center rounded bg-accent-soft px-1 align-middle text-2xs leading-none font-semibold text-accent transition-colors hover:bg-accent hover:text-on-accent"
        >
          {marker}
        </button>
      </HoverCard.Trigger>
      <HoverCard.Portal>
        <HoverCard.Content
          side="top"
          sideOffset={6}
          collisionPadding={12}
          className="z-50 w-80 rounded-lg bg-surface p-3 shadow-pop animate-fade"
        >
          <p className="flex items-center gap-2 text-sm font-medium">
            <FileIcon path={citation.path} />
            <span className="min-w-0 flex-1 truncate">{name}</span>
            <span className="tabular shrink-0 font-normal text-ink-2">{place}</span>
          </p>
          <blockquote className="mt-2 line-clamp-6 border-s-[3px] border-(--mark-line) ps-2.5 text-base leading-[1.7] text-ink-2">
            {citation.quote}
          </blockquote>
          <p className="mt-2 text-xs text-ink-3">{t("ask.citeOpen")}</p>
        </HoverCard.Content>
      </HoverCard.Portal>
    </HoverCard.Root>
  );
}

/** The places below an answer. */
export function CitationList({ citations }: { citations: Citation[] }) {
  const { t } = useTranslation();
  if (citations.length === 0) return null;
  return (
    <section aria-label={t("ask.sources")} className="mt-3 flex flex-wrap gap-1.5">
      {citations.map((citation) => (
        <button
          key={citation.marker}
          type="button"
          onClick={() => showCitation(citations, citation.marker)}
          className="inline-flex h-7 max-w-full items-center gap-1.5 rounded-md border border-line bg-surface ps-1.5 pe-2.5 text-sm text-ink-2 transition-colors hover:border-line-2 hover:bg-hover hover:text-ink"
        >
          <span className="tabular flex size-4.5 shrink-0 items-center justify-center rounded bg-accent-soft text-2xs font-semibold text-accent">
            {citation.marker}
          </span>
          <span className="truncate">{fileName(citation.path)}</span>
          <span className="tabular max-w-48 shrink-0 truncate text-ink-3">{placeOf(citation.anchor, t)}</span>
        </button>
      ))}
    </section>
  );
}
