import { AddDialog } from "../screens/library/AddDialog";
import { JobsDrawer } from "../screens/jobs/JobsDrawer";
import { LinkDialog } from "./LinkDialog";
import { Palette } from "./Palette";

/** What opens over the screens. Nothing of it is seen at first, so the window is drawn without. */
export default function Overlays() {
  return (
    <>
      <JobsDrawer />
      <Palette />
      <AddDialog />
      <LinkDialog />
    </>
  );
}
