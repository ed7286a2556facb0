import type { TFunction } from "i18next";
import type { BlockContent } from "../../backend";

/** What the editor shows for a block that it keeps and cannot change. */
export function keptLabel(block: BlockContent, t: TFunction): string {
  switch (block.type) {
    case "image":
      return t("write.kept.image", { text: block.alt });
    case "formula":
      return t("write.kept.formula", { text: block.text });
    case "footnote":
      return t("write.kept.footnote", { label: block.label, text: block.text });
    case "note":
      return t("write.kept.note", { text: block.text });
    default:
      return "text" in block ? block.text : "title" in block ? block.title : "name" in block ? block.name : "";
  }
}
