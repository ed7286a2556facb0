import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useLanguage } from "../../app/settings";
import { useBackend } from "../../backend";
import { bytes } from "../../format/numbers";
import { ErrorNote } from "../../kit/states";
import { soldMemory } from "./memory";

/** This computer in one line of plain words. */
export function MachineLine() {
  const { t } = useTranslation();
  const backend = useBackend();
  const language = useLanguage();
  const machine = useQuery({ queryKey: ["machine"], queryFn: () => backend.machine() });
  if (machine.error) return <ErrorNote error={machine.error} onRetry={() => void machine.refetch()} />;
  if (!machine.data) return <p className="mt-1.5 text-lg text-ink-3">{t("machine.looking")}</p>;
  const { memory_total_bytes, physical_cores, graphics } = machine.data;
  const sold = soldMemory(memory_total_bytes);
  return (
    <p className="tabular mt-1.5 text-lg text-ink-2" title={bytes(memory_total_bytes, language)}>
      {t("machine.line", {
        memory: `${sold} GB`,
        cores: physical_cores,
        graphics: graphics ? t("machine.graphics", { name: graphics }) : t("machine.noGraphics"),
      })}
    </p>
  );
}
