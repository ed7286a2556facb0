import type { Editor } from "@tiptap/react";
import { Tabs } from "radix-ui";
import { useTranslation } from "react-i18next";
import type { Citation, Comment, Passage, StoredManuscript } from "../../backend";
import { placeOf } from "../../format/anchor";
import { fileName } from "../../format/paths";
import { FileIcon } from "../../kit/FileIcon";
import { showCitation } from "../source/open";
import { AskPanel } from "./AskPanel";
import { CommentsPanel } from "./CommentsPanel";
import { VersionsPanel } from "./VersionsPanel";

const tabs = ["sources", "comments", "ask", "versions"] as const;
export type Tab = (typeof tabs)[number];

export interface SidePanelProps {
  id: number;
  tab: Tab;
  onTab: (tab: Tab) => void;
  editor: Editor;
  citations: Citation[];
  comments: Comment[];
  onComments: (comments: Comment[]) => void;
  active: number | null;
  onActive: (id: number | null) => void;
  onInsert: (passages: Passage[], citations: Citation[]) => void;
  flush: () => Promise<void>;
  onRestored: (stored: StoredManuscript) => void;
}

/** Beside the text: where it comes from, what was said about it, what the library knows, what it was before. */
export function SidePanel(props: SidePanelProps) {
  const { t } = useTranslation();
  const { tab, onTab } = props;
  const look =
    "ring-inside h-9 flex-1 border-b-2 border-transparent px-1 text-sm text-ink-2 hover:text-ink data-[state=active]:border-accent data-[state=active]:font-medium data-[state=active]:text-ink";
  const open = props.comments.filter((comment) => !comment.resolved).length;
  return (
    <Tabs.Root
      value={tab}
      onValueChange={(next) => onTab(tabs.find((one) => one === next) ?? "sources")}
      className="flex w-80 shrink-0 flex-col border-s border-line bg-surface max-[56rem]:w-64"
    >
      <Tabs.List aria-label={t("write.panel")} className="flex shrink-0 border-b border-line">
        {tabs.map((one) => (
          <Tabs.Trigger key={one} value={one} className={look}>
            {t(`write.tab.${one}`)}
            {one === "comments" && open > 0 && <span className="tabular ms-1 text-ink-2">{open}</span>}
          </Tabs.Trigger>
        ))}
      </Tabs.List>
      <Tabs.Content value="sources" className="min-h-0 flex-1 overflow-y-auto outline-none">
        <Sources citations={props.citations} />
      </Tabs.Content>
      <Tabs.Content value="comments" className="min-h-0 flex-1 overflow-y-auto outline-none">
        <CommentsPanel {...props} />
      </Tabs.Content>
      <Tabs.Content value="ask" className="flex min-h-0 flex-1 flex-col outline-none data-[state=inactive]:hidden">
        <AskPanel id={props.id} onInsert={props.onInsert} />
      </Tabs.Content>
      <Tabs.Content value="versions" className="min-h-0 flex-1 overflow-y-auto outline-none">
        <VersionsPanel id={props.id} flush={props.flush} onRestored={props.onRestored} />
      </Tabs.Content>
    </Tabs.Root>
  );
}

function Sources({ citations }: { citations: Citation[] }) {
  const { t } = useTranslation();
  if (citations.length === 0) return <p className="p-4 text-ink-2">{t("write.noSources")}</p>;
  return (
    <ul aria-label={t("write.tab.sources")} className="flex flex-col gap-1 p-2">
      {citations.map((citation) => (
        <li key={citation.marker}>
          <button
            type="button"
            onClick={() => showCitation(citations, citation.marker)}
            className="ring-inside w-full rounded-md px-2 py-2 text-start hover:bg-hover"
          >
            <span className="flex items-center gap-2 text-sm font-medium">
              <span className="tabular flex size-4.5 shrink-0 items-center justify-center rounded bg-accent-soft text-2xs font-semibold text-accent">
                {citation.marker}
              </span>
              <FileIcon path={citation.path} />
              <span className="min-w-0 flex-1 truncate">{fileName(citation.path)}</span>
            </span>
            <span className="tabular mt-0.5 block truncate text-xs text-ink-2">{placeOf(citation.anchor, t)}</span>
            <span className="mt-1 line-clamp-3 border-s-[3px] border-(--mark-line) ps-2 text-sm text-ink-2">
              {citation.quote}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}
