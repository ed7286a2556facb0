import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { showToast } from "../../app/toasts";
import { useBackend } from "../../backend";
import { toWireError } from "../../errors/table";
import { fileName } from "../../format/paths";
import { Button } from "../../kit/Button";
import { Dialog } from "../../kit/Dialog";

/** Asks before a file or folder is forgotten, and says what goes and what stays; closed without a path. */
export function ForgetDialog({ path, onClose }: { path: string | null; onClose: () => void }) {
  const { t } = useTranslation();
  const backend = useBackend();
  const client = useQueryClient();
  const forget = async (path: string) => {
    try {
      await backend.forget(path, () => {}).result;
      for (const key of ["library", "sources", "conversations", "conversation"])
        await client.invalidateQueries({ queryKey: [key] });
    } catch (error) {
      showToast({ kind: "error", error: toWireError(error) });
    }
  };
  return (
    <Dialog
      open={path !== null}
      onClose={onClose}
      title={t("library.forgetTitle", { name: fileName(path ?? "") })}
      about={t("library.forgetAbout")}
      actions={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button
            look="danger"
            onClick={() => {
              if (path !== null) void forget(path);
              onClose();
            }}
          >
            {t("library.forget")}
          </Button>
        </>
      }
    />
  );
}
