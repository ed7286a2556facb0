import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { PromptEntry } from "../../backend";
import { SearchField } from "../../kit/fields";
import { byFolder } from "./text";

/** All prompts by folder, with a search over names and texts. */
export function PromptList(props: { entries: PromptEntry[]; chosen: string | null; onChoose: (id: string) => void }) {
  const { t } = useTranslation();
  const [search, setSearch] = useState("");
  const found = byFolder(props.entries, search);
  return (
    <div className="flex w-64 shrink-0 flex-col border-e border-line max-[56rem]:w-48">
      <div className="p-2">
        <SearchField value={search} onChange={setSearch} label={t("prompts.search")} />
      </div>
      <nav aria-label={t("prompts.list")} className="min-h-0 flex-1 overflow-y-auto px-2 pb-2">
        {found.length === 0 && <p className="px-3 py-6 text-center text-ink-2">{t("prompts.none")}</p>}
        {found.map(({ folder, entries }) => (
          <section key={folder} aria-label={folderName(folder, t)} className="mb-2">
            <h2 className="px-3 pt-1 pb-0.5 text-xs text-ink-2">{folderName(folder, t)}</h2>
            {entries.map((entry) => (
              <button
                key={entry.id}
                type="button"
                title={entry.broken ?? entry.description}
                aria-current={entry.id === props.chosen ? "page" : undefined}
                onClick={() => props.onChoose(entry.id)}
                className={`ring-inside block min-h-8 w-full truncate rounded-md px-3 py-1 text-start ${entry.id === props.chosen ? "bg-hover font-medium" : "text-ink-2 hover:bg-hover hover:text-ink"}`}
              >
                {entry.title || entry.id}
                {!entry.is_ready_made && (
                  <span className="ms-2 text-xs font-normal text-ink-3">{t("prompts.own")}</span>
                )}
              </button>
            ))}
          </section>
        ))}
      </nav>
    </div>
  );
}

/** The folders of the ready prompts have names in both languages; the user's are called as they are. */
function folderName(folder: string, t: (key: string, options?: { defaultValue: string }) => string): string {
  if (!folder) return t("prompts.noFolder");
  return t(`prompts.folder.${folder}`, { defaultValue: folder });
}
