import { Check, FileInput } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "../../app/settings";
import type { ModelView } from "../../backend";
import { bytes } from "../../format/numbers";
import { Button } from "../../kit/Button";
import { Badge, ErrorNote } from "../../kit/states";
import { DownloadLine } from "./DownloadLine";
import { useModelWork } from "./work";

const tiers = ["fast", "balanced", "strong"] as const;

/** Three choices for this machine, and a file of one's own as an equal fourth. */
export function ModelChoices({
  models,
  chosen,
  onChoose,
}: {
  models: ModelView[];
  chosen: string | null;
  onChoose: (id: string) => void;
}) {
  const { t } = useTranslation();
  const { pickAndAdd, adding } = useModelWork();
  const offered = tiers.map((tier) => ({
    tier,
    model: models.find((model) => model.tier === tier && model.kind === "chat"),
  }));
  return (
    <>
      <ul className="grid grid-cols-3 gap-3 max-[48rem]:grid-cols-1">
        {offered.map(
          ({ tier, model }) =>
            model && (
              <li key={tier} className="flex">
                <Choice tier={tier} model={model} chosen={chosen === model.id} onChoose={() => onChoose(model.id)} />
              </li>
            ),
        )}
      </ul>
      <div className="mt-3 flex items-center gap-4 rounded-xl border border-line bg-surface px-4 py-3">
        <FileInput aria-hidden className="size-5 shrink-0 text-accent" strokeWidth={1.6} />
        <div className="min-w-0 flex-1">
          <p className="font-medium">{t("models.ownFile")}</p>
          <p className="text-sm text-ink-2">{t("models.ownFileAbout")}</p>
          {adding && <DownloadLine work={adding} />}
          {adding?.error && (
            <div className="mt-2">
              <ErrorNote error={adding.error} subject={adding.name} />
            </div>
          )}
        </div>
        <Button onClick={() => void pickAndAdd()}>{t("models.pick")}</Button>
      </div>
    </>
  );
}

function Choice({
  tier,
  model,
  chosen,
  onChoose,
}: {
  tier: (typeof tiers)[number];
  model: ModelView;
  chosen: boolean;
  onChoose: () => void;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { get, works } = useModelWork();
  const work = works[model.id];
  const speed = model.measured_tokens_per_second ?? model.predicted_tokens_per_second;
  const usable = model.installed && model.fits;
  return (
    <div
      className={`relative flex w-full flex-col rounded-xl border bg-surface p-4 shadow-low transition-colors ${chosen ? "border-accent ring-1 ring-accent" : "border-line"} ${usable && !chosen ? "hover:border-line-2" : ""}`}
    >
      <div className="flex items-center gap-2">
        <h3 className="flex-1 text-lg font-medium">{t(`models.tier.${tier}`)}</h3>
        {chosen && <Check aria-hidden className="size-4.5 text-accent" strokeWidth={2.25} />}
      </div>
      <p className="text-sm text-ink-2">{t(`models.tierAbout.${tier}`)}</p>
      <dl className="tabular mt-3 flex flex-col gap-0.5 text-sm">
        <Line
          name={t("models.speed")}
          value={speed === null ? t("models.unmeasured") : t("models.perSecond", { count: Math.round(speed) })}
        />
        <Line name={t("models.size")} value={bytes(model.bytes, language)} />
      </dl>
      <div className="mt-3 mb-auto flex flex-wrap gap-1">
        <Badge tone={model.fits ? "good" : "warn"}>{model.fits ? t("models.fits") : t("models.fitsNot")}</Badge>
        {model.installed && <Badge>{t("models.here")}</Badge>}
      </div>
      <p className="mt-3 truncate text-xs text-ink-3" title={model.name}>
        {model.name}
      </p>
      {usable ? (
        <button
          type="button"
          aria-pressed={chosen}
          aria-label={t("models.choose", { name: t(`models.tier.${tier}`) })}
          className="absolute inset-0 rounded-xl"
          onClick={onChoose}
        />
      ) : work && !work.error ? (
        <DownloadLine work={work} />
      ) : (
        model.fits && (
          <>
            {work?.error && (
              <div className="mt-2">
                <ErrorNote error={work.error} subject={model.name} />
              </div>
            )}
            <Button size="small" className="mt-3 self-start" onClick={() => get(model)}>
              {model.downloaded_bytes ? t("models.resume") : t("models.get")}
            </Button>
          </>
        )
      )}
    </div>
  );
}

function Line({ name, value }: { name: string; value: string }) {
  return (
    <div className="flex justify-between gap-3">
      <dt className="text-ink-2">{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
