import { useQuery } from "@tanstack/react-query";
import { WifiOff } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useBackend } from "../../backend";

/** The number of connections, which is nought unless a model is being downloaded. */
export function OfflineBadge() {
  const { t } = useTranslation();
  const backend = useBackend();
  const network = useQuery({ queryKey: ["network"], queryFn: () => backend.network(), refetchInterval: 5000 });
  const open = network.data?.open_connections ?? 0;
  return (
    <>
      {open === 0 ? (
        <WifiOff aria-hidden className="size-4 shrink-0 text-accent" strokeWidth={1.75} />
      ) : (
        <span aria-hidden className="mx-1 size-2 shrink-0 rounded-full bg-warn" />
      )}
      <span className="tabular truncate">
        {open === 0 ? t("network.badge") : t("network.badgeOpen", { count: open })}
      </span>
    </>
  );
}
