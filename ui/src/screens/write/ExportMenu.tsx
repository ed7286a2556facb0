import { FileDown, FolderDown } from "lucide-react";
import { useTranslation } from "react-i18next";
import { showToast } from "../../app/toasts";
import { useBackend, type ExportFormat } from "../../backend";
import { toWireError } from "../../errors/table";
import { fileName } from "../../format/paths";
import { Button } from "../../kit/Button";
import { Menu, type MenuEntry } from "../../kit/Menu";

const formats: ExportFormat[] = ["docx", "pdf", "md", "html"];

/** Writes the document to a file: among the results, or into a folder of the user's. */
export function ExportMenu({ id, flush }: { id: number; flush: () => Promise<void> }) {
  const { t } = useTranslation();
  const backend = useBackend();
  const write = async (format: ExportFormat, folder: string | null) => {
    try {
      await flush();
      const made = await backend.exportManuscript({ id, format, folder });
      showToast({
        kind: "note",
        text: t(folder === null ? "write.exported" : "write.exportedTo", {
          name: fileName(made.path),
          path: made.path,
        }),
        // The system's programs are only asked to open what lies among the results.
        ...(folder === null
          ? { action: { label: t("action.open"), run: () => void backend.openFile(made.path).catch(failed) } }
          : {}),
      });
    } catch (error) {
      failed(error);
    }
  };
  const failed = (error: unknown) => showToast({ kind: "error", error: toWireError(error) });
  const toFolder = async (format: ExportFormat) => {
    const [folder] = await backend.pickFiles({ folders: true, multiple: false });
    if (folder !== undefined) await write(format, folder);
  };
  const here = formats.map((format): MenuEntry => ({
    label: t(`write.format.${format}`),
    icon: FileDown,
    onSelect: () => void write(format, null),
  }));
  const there = formats.map((format): MenuEntry => ({
    label: t("write.toFolder", { format: t(`write.format.${format}`) }),
    icon: FolderDown,
    onSelect: () => void toFolder(format),
  }));
  return <Menu trigger={<Button icon={FileDown}>{t("write.export")}</Button>} groups={[here, there]} />;
}
