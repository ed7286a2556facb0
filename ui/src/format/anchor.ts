import type { TFunction } from "i18next";
import type { Anchor } from "../backend";

/** Where a citation stands, in words: page, slide, sheet and range, heading, line. */
export function placeOf(anchor: Anchor, t: TFunction): string {
  if (anchor.page !== undefined) return t("place.page", { page: anchor.page });
  if (anchor.slide !== undefined) return t("place.slide", { slide: anchor.slide });
  if (anchor.sheet !== undefined) {
    return anchor.range ? t("place.range", { sheet: anchor.sheet, range: anchor.range }) : anchor.sheet;
  }
  const heading = anchor.heading?.at(-1);
  if (heading) return heading;
  if (anchor.line !== undefined) return t("place.line", { line: anchor.line });
  return "";
}
