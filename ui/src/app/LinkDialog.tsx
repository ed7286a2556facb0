import { useTranslation } from "react-i18next";
import { useBackend } from "../backend";
import { toWireError } from "../errors/table";
import { Button } from "../kit/Button";
import { Dialog } from "../kit/Dialog";
import { pendingLink } from "./link-dialog-state";
import { useStore } from "./store";
import { showToast } from "./toasts";

/** Shows the address before anything outside is opened. */
export function LinkDialog() {
  const { t } = useTranslation();
  const backend = useBackend();
  const address = useStore(pendingLink);
  const close = () => pendingLink.set(null);
  return (
    <Dialog
      open={address !== null}
      onClose={close}
      title={t("link.title")}
      about={t("link.about")}
      actions={
        <>
          <Button onClick={() => address && void backend.copyText(address).then(close)}>{t("link.copy")}</Button>
          <Button
            look="primary"
            onClick={() => {
              if (address)
                backend.openLink(address).catch((error) => showToast({ kind: "error", error: toWireError(error) }));
              close();
            }}
          >
            {t("link.open")}
          </Button>
        </>
      }
    >
      <p className="selectable rounded-md bg-sunken px-3 py-2 font-mono text-sm break-all">{address}</p>
    </Dialog>
  );
}
