import { useTranslation } from "react-i18next";
import { go } from "../app/router";
import { errorTable, toWireError, wordsKey } from "./table";

export interface Words {
  sentence: string;
  /** What the program itself said, for whoever wants to know. */
  detail: string;
  action: { label: string; run: () => void } | null;
}

/** Words and button for an error: `subject` is the name of what it is about, `what` says it without a name. */
export function useWords(error: unknown, options: { subject?: string; what?: string; retry?: () => void } = {}): Words {
  const { t } = useTranslation();
  const wire = toWireError(error);
  const subject = options.subject ? t("error.subject", { name: options.subject }) : (options.what ?? t("error.this"));
  const remedy = errorTable[wire.code]?.remedy ?? "retry";
  let action: Words["action"] = null;
  if (remedy === "models") action = { label: t("error.toModels"), run: () => go({ screen: "models" }) };
  else if (remedy === "library") action = { label: t("error.toLibrary"), run: () => go({ screen: "library" }) };
  else if (options.retry) action = { label: t("action.retry"), run: options.retry };
  return {
    sentence: t(wordsKey(wire.code), { subject }),
    detail: wire.hint ? `${wire.code}: ${wire.message} — ${wire.hint}` : `${wire.code}: ${wire.message}`,
    action,
  };
}
