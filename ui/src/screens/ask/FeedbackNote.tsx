import { useState } from "react";
import { useTranslation } from "react-i18next";
import { isComposing } from "../../app/shortcuts";
import { Button } from "../../kit/Button";
import { TextField } from "../../kit/fields";

/** What was wrong, in the user's words; kept on this machine with the answer. */
export function FeedbackNote({
  note,
  autoFocus,
  onSave,
  onClose,
}: {
  note: string;
  autoFocus: boolean;
  onSave: (note: string) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const [text, setText] = useState(note);
  return (
    <form
      className="mt-1 flex max-w-xl items-center gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        onSave(text.trim());
      }}
    >
      <TextField
        autoFocus={autoFocus}
        aria-label={t("ask.noteLabel")}
        placeholder={t("ask.notePlaceholder")}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") onClose();
          if (event.key === "Enter" && isComposing(event.nativeEvent)) event.preventDefault();
        }}
        className="min-w-0 flex-1"
      />
      <Button type="submit" disabled={text.trim() === note}>
        {t("action.save")}
      </Button>
    </form>
  );
}
