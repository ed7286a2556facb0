import { EditorContent, useEditor } from "@tiptap/react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Manuscript } from "../../backend";
import { toEditor } from "./body";
import { keptLabel } from "./kept";
import { extensions } from "./schema";

/** A content as the editor shows it, to be read. */
export function ReadOnly({ content, id }: { content: Manuscript; id: number }) {
  const { t } = useTranslation();
  const [options] = useState(() => ({
    editable: false,
    injectCSS: false,
    extensions: extensions({
      id,
      placeholder: "",
      citeLabel: (marker) => t("write.cite", { marker }),
      onCite: () => {},
      keptLabel: (block) => keptLabel(block, t),
      onToolbar: () => {},
      onComment: () => {},
    }),
    content: toEditor(content.passages),
    editorProps: {
      attributes: { class: "reading writing selectable", role: "document", "aria-label": t("write.text") },
    },
  }));
  const editor = useEditor(options);
  return <EditorContent editor={editor} />;
}
