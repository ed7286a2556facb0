import { CircleAlert, Eye, Folder, FolderOpen, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { showToast } from "../../app/toasts";
import { useBackend, type LibraryStatus } from "../../backend";
import { toWireError } from "../../errors/table";
import { fileName } from "../../format/paths";
import { Menu } from "../../kit/Menu";
import { ForgetDialog } from "./ForgetDialog";

/** The folders that the library follows. */
export function Roots({ roots }: { roots: LibraryStatus["roots"] }) {
  const { t } = useTranslation();
  const backend = useBackend();
  const [forgetting, setForgetting] = useState<string | null>(null);
  if (roots.length === 0) return null;
  const failed = (error: unknown) => showToast({ kind: "error", error: toWireError(error) });
  return (
    <section aria-label={t("library.roots")} className="flex flex-wrap gap-1.5 border-b border-line px-5 py-2.5">
      {roots.map((root) => (
        <Menu
          key={root.path}
          align="start"
          trigger={
            <button
              type="button"
              title={root.path}
              className={`inline-flex h-7 max-w-72 items-center gap-1.5 rounded-md border px-2 text-sm transition-colors hover:bg-hover ${root.present ? "border-line text-ink-2" : "border-warn text-warn"}`}
            >
              {root.present ? (
                <Folder aria-hidden className="size-4 shrink-0 text-ink-3" strokeWidth={1.75} />
              ) : (
                <CircleAlert aria-hidden className="size-4 shrink-0" strokeWidth={1.75} />
              )}
              <span className="truncate">{fileName(root.path)}</span>
              {root.present && root.watched && (
                <Eye aria-label={t("library.watched")} className="size-3.5 shrink-0 text-accent" strokeWidth={1.75} />
              )}
              {!root.present && <span className="shrink-0">{t("library.away")}</span>}
            </button>
          }
          groups={[
            [
              {
                label: t("action.reveal"),
                icon: FolderOpen,
                disabled: !root.present,
                onSelect: () => void backend.reveal(root.path).catch(failed),
              },
            ],
            [
              {
                label: t("library.forgetFolder"),
                icon: Trash2,
                danger: true,
                onSelect: () => setForgetting(root.path),
              },
            ],
          ]}
        />
      ))}
      <ForgetDialog path={forgetting} onClose={() => setForgetting(null)} />
    </section>
  );
}
