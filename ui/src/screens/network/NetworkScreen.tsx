import { useQuery } from "@tanstack/react-query";
import { Check, WifiOff } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Header } from "../../app/Header";
import { go } from "../../app/router";
import { useLanguage } from "../../app/settings";
import { useBackend } from "../../backend";
import { count } from "../../format/numbers";
import { Button } from "../../kit/Button";
import { Badge, ErrorNote, Waiting } from "../../kit/states";

/** Everything that could ever use the network, and what it does now. */
export default function NetworkScreen() {
  const { t } = useTranslation();
  const backend = useBackend();
  const language = useLanguage();
  const network = useQuery({ queryKey: ["network"], queryFn: () => backend.network(), refetchInterval: 2000 });
  const never = ["telemetry", "updates", "fonts", "account", "answers"] as const;
  return (
    <>
      <Header title={t("network.title")} />
      <div className="min-h-0 flex-1 overflow-y-auto">
        <div className="mx-auto max-w-3xl px-8 py-8">
          {network.error ? (
            <ErrorNote error={network.error} onRetry={() => void network.refetch()} />
          ) : !network.data ? (
            <Waiting lines={3} />
          ) : (
            <>
              <div className="flex items-center gap-4">
                <WifiOff
                  aria-hidden
                  className={`size-9 ${network.data.open_connections === 0 ? "text-accent" : "text-warn"}`}
                  strokeWidth={1.25}
                />
                <div>
                  <p className="tabular text-xl font-semibold" role="status">
                    {network.data.open_connections === 0
                      ? t("network.none")
                      : t("network.open", { count: network.data.open_connections })}
                  </p>
                  <p className="tabular text-ink-2">
                    {t("network.refused", {
                      count: network.data.refused_attempts,
                      refused: count(network.data.refused_attempts, language),
                    })}
                  </p>
                </div>
              </div>
              <h2 className="mt-9 font-medium">{t("network.could")}</h2>
              <ul className="mt-2 divide-y divide-line rounded-xl border border-line bg-surface">
                {network.data.features.map((feature) => (
                  <li key={feature.id} className="flex items-center gap-4 px-4 py-3">
                    <div className="min-w-0 flex-1">
                      <p className="font-medium">{t(`network.feature.${feature.id}`)}</p>
                      <p className="text-ink-2">{t(`network.featureAbout.${feature.id}`)}</p>
                    </div>
                    <Badge tone={feature.running ? "warn" : "good"}>
                      {feature.running ? t("network.running") : t("network.idle")}
                    </Badge>
                    <Button size="small" look="quiet" onClick={() => go({ screen: "models" })}>
                      {t("network.toModels")}
                    </Button>
                  </li>
                ))}
              </ul>
              <h2 className="mt-9 font-medium">{t("network.never")}</h2>
              <ul className="mt-2 flex flex-col gap-1.5">
                {never.map((id) => (
                  <li key={id} className="flex items-baseline gap-2.5">
                    <Check aria-hidden className="size-4 shrink-0 translate-y-0.5 text-accent" strokeWidth={2} />
                    <span>{t(`network.neverDoes.${id}`)}</span>
                  </li>
                ))}
              </ul>
              <p className="mt-6 text-sm text-ink-2">{t("network.how")}</p>
            </>
          )}
        </div>
      </div>
    </>
  );
}
